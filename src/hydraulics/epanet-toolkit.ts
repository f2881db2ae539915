/**
 * The part of EPANET's toolkit that is used here, with its types and codes: those of the epanet-js package cannot be resolved by Node's
 * rules. https://wateranalytics.org/EPANET names every function and code.
 */
import * as epanet from "epanet-js";
import { Failure, messageOf } from "../model/failure.ts";

interface Workspace {
  loadModule(): Promise<void>;
  writeFile(path: string, text: string): void;
  readFile(path: string): string;
}

export interface Project {
  open(inputFile: string, reportFile: string, binaryFile: string): void;
  close(): void;
  openH(): void;
  initH(flag: number): void;
  /** Time of the hydraulics that were solved, s. */
  runH(): number;
  /** How long they hold, s; 0 at the end. */
  nextH(): number;
  getCount(what: number): number;
  getFlowUnits(): number;
  setFlowUnits(units: number): void;
  setTimeParameter(parameter: number, seconds: number): void;
  getTimeParameter(parameter: number): number;
  setOption(option: number, value: number): void;
  getNodeIndex(id: string): number;
  getNodeId(index: number): string;
  getNodeType(index: number): number;
  getNodeValue(index: number, property: number): number;
  getNodeValues(property: number): number[];
  setNodeValue(index: number, property: number, value: number): void;
  getCoordinates(index: number): { readonly x: number; readonly y: number };
  getLinkIndex(id: string): number;
  getLinkId(index: number): string;
  getLinkType(index: number): number;
  getLinkNodes(index: number): { readonly node1: number; readonly node2: number };
  getLinkValue(index: number, property: number): number;
  getLinkValues(property: number): number[];
  setLinkValue(index: number, property: number, value: number): void;
  getPatternId(index: number): string;
  getPatternIndex(id: string): number;
  setPattern(index: number, values: number[]): void;
  setPatternValue(index: number, period: number, value: number): void;
  getPatternLength(index: number): number;
  /** `period` counts from 1. */
  getPatternValue(index: number, period: number): number;
  addDemand(node: number, base: number, pattern: string, name: string): void;
  getNumberOfDemands(node: number): number;
  getBaseDemand(node: number, demand: number): number;
  /** 0 when it has none. */
  getDemandPattern(node: number, demand: number): number;
  setBaseDemand(node: number, demand: number, base: number): void;
  getControl(index: number): { readonly linkIndex: number };
  setControlEnabled(index: number, enabled: number): void;
}

export const COUNT = { nodes: 0, links: 2, patterns: 3, controls: 5 } as const;
export const FLOW_UNITS = { litresPerS: 5, cubicMetresPerH: 8 } as const;
export const NODE_TYPE = { junction: 0, reservoir: 1, tank: 2 } as const;
export const NODE = {
  elevation: 0,
  emitter: 3,
  level: 8,
  leastLevel: 20,
  mostLevel: 21,
  demand: 9,
  head: 10,
  pressure: 11,
  tankVolume: 24,
  canOverflow: 26,
} as const;
export const LINK = { diameter: 0, length: 1, roughness: 2, initialStatus: 4, flow: 8, status: 11 } as const;
export const TIME = { duration: 0, hydraulicStep: 1, patternStep: 3, reportStep: 5, clockStart: 10 } as const;
export const OPTION = { trials: 0, accuracy: 1, pressureUnits: 25 } as const;
export const PRESSURE_METRES = 2;
/** Begin with fresh flows, and save no results to a file. */
export const FRESH = 10;
/** Begin with the flows of the last solution. */
export const AS_LAST = 0;

interface Package {
  readonly Workspace: new () => Workspace;
  readonly Project: new (workspace: Workspace) => CheckedProject;
}

/** Where the package turns EPANET's codes into errors, and prints those below 100, which are warnings. */
interface CheckedProject extends Project {
  _checkError(code: number): void;
}

const LEAST_ERROR = 100;

/** Throws Failure "wrong-network" with what EPANET reports when the INP cannot be read. */
export async function openProject(inp: string): Promise<Project> {
  const { Project, Workspace } = epanet as unknown as Package;
  const workspace = new Workspace();
  await workspace.loadModule();
  const project = new Project(workspace);
  // A network that runs short of pressure warns at every step; whoever asks for its pressures sees it.
  const check = project._checkError.bind(project);
  project._checkError = (code) => {
    if (code >= LEAST_ERROR) check(code);
  };
  workspace.writeFile("network.inp", inp);
  try {
    project.open("network.inp", "report.rpt", "");
  } catch (thrown) {
    // Only then is the report complete.
    project.close();
    const report = workspace.readFile("report.rpt").split("\n");
    const errors = report.filter((line) => /error/i.test(line)).map((line) => line.trim());
    const why = errors.join("; ") || messageOf(thrown);
    throw new Failure("wrong-network", `the network cannot be read: ${why}`);
  }
  return project;
}
