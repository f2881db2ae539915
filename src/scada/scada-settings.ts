/** What server.yaml says of the OPC UA server. */
export interface OpcuaSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}
