import { createMemoryStore } from "../../src/store/memory-store.ts";
import { historyStoreContract } from "../contract/history-store.contract.ts";

historyStoreContract("the memory store", async () => createMemoryStore());
