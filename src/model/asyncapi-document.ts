/** All that the centre speaks beside HTTP, in one AsyncAPI document. */
import { asyncApi } from "./asyncapi.ts";
import { LIVE_PART } from "./live-asyncapi.ts";
import { WIRE_PART } from "./wire-asyncapi.ts";

export function asyncApiDocument(): object {
  return asyncApi([LIVE_PART, WIRE_PART]);
}
