/** What server.yaml says of the OPC UA server. */
export interface OpcuaSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** PEM; the server makes a certificate of its own when left out. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
}
