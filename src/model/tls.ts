/** Certificates as a listening part needs them; reading the files is src/access/tls-files.ts. */

export interface Tls {
  /** PEM, with the chain. */
  readonly cert: string;
  readonly key: string;
  /** Clients must show a certificate that one of these signed, PEM; anybody may connect when left out. */
  readonly clientCa: string | null;
}

/** What a port takes when its certificate is renewed. */
export interface TlsServer {
  setSecureContext(options: { readonly cert: string; readonly key: string; readonly ca?: string }): void;
}

export interface TlsFiles {
  readonly tls: Tls;
  /** From now on the server uses what the files hold, as soon as they change. */
  keepCurrent(server: TlsServer): void;
}
