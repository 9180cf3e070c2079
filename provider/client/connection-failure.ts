/** The cause of a failed connection. */
export interface ConnectionFailure {
  /** Part of a sentence. */
  readonly cause: string;
  /** The next step, without a full stop. Undefined if the cause suggests none. */
  readonly advice: string | undefined;
  /** Whether the connection failed before the request was sent. */
  readonly isBeforeSending: boolean;
}

type Certificate = Pick<ConnectionFailure, "cause" | "advice">;

/** The codes of failures to connect. */
const CONNECT_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Returns the failure for an error code of Node, OpenSSL or undici. `proxy` is the environment variable of the proxy. */
export function connectionFailure(code: string, proxy: string | undefined): ConnectionFailure {
  const certificate = CERTIFICATES.get(code);
  if (certificate) return { ...certificate, cause: `${certificate.cause} (${code})`, isBeforeSending: true };
  const isBeforeSending = CONNECT_CODES.has(code);
  if (proxy === undefined) return { cause: `the connection failed (${code})`, advice: undefined, isBeforeSending };
  return {
    isBeforeSending,
    cause: `the connection through the proxy in ${proxy} failed (${code})`,
    advice: `Check that ${proxy} names the right proxy and that the proxy accepts the connection, or add the host to NO_PROXY`,
  };
}

const SELF_SIGNED: Certificate = {
  cause: "the server's certificate is self-signed",
  advice: "If it is the right server, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate",
};
const UNKNOWN_ISSUER: Certificate = {
  cause: "Node does not know the issuer of the server's certificate",
  advice:
    "If you trust the issuer, for example a company's own, set NODE_EXTRA_CA_CERTS to a PEM file with its CA certificate",
};
const WRONG_HOST: Certificate = {
  cause: "the server's certificate is for another host name",
  advice: "Check the host name in the address: it must be one of the names in the certificate",
};
const NO_TLS: Certificate = {
  cause: "the server does not use TLS",
  advice: "Check the port in the address",
};

const CERTIFICATES: ReadonlyMap<string, Certificate> = new Map([
  ["DEPTH_ZERO_SELF_SIGNED_CERT", SELF_SIGNED],
  ["SELF_SIGNED_CERT_IN_CHAIN", UNKNOWN_ISSUER],
  ["UNABLE_TO_GET_ISSUER_CERT", UNKNOWN_ISSUER],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", UNKNOWN_ISSUER],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", UNKNOWN_ISSUER],
  ["ERR_TLS_CERT_ALTNAME_INVALID", WRONG_HOST],
  [
    "CERT_HAS_EXPIRED",
    {
      cause: "the server's certificate has expired",
      advice: "Renew the certificate, or set this machine's clock if it is wrong",
    },
  ],
  [
    "CERT_NOT_YET_VALID",
    {
      cause: "the server's certificate is not valid yet",
      advice: "Set this machine's clock if it is wrong, or wait until the certificate is valid",
    },
  ],
  ["ERR_SSL_WRONG_VERSION_NUMBER", NO_TLS],
  ["ERR_SSL_PACKET_LENGTH_TOO_LONG", NO_TLS],
]);
