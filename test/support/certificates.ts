import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate with its private key. */
export interface Certificate {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** The certificate in PEM format. */
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** The host name. Without one, the certificate is that of a certificate authority. */
  readonly host?: string;
  /** The issuer. By default the certificate is self-signed. */
  readonly issuer?: Certificate;
  /** The start of the validity. Defaults to yesterday. */
  readonly from?: Date;
  /** The end of the validity. Defaults to tomorrow. */
  readonly until?: Date;
}

const DAY_MS = 86_400_000;

/** Creates an X.509 certificate, so that tests need neither openssl nor keys in the repository. */
export function makeCertificate(name: string, options: CertificateOptions = {}): Certificate {
  const { host, issuer, from = new Date(Date.now() - DAY_MS), until = new Date(Date.now() + DAY_MS) } = options;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const extension = host === undefined ? AUTHORITY : subjectAlternativeName(host);
  const content = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer?.name ?? name),
    sequence(time(from), time(until)),
    distinguishedName(name),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extension)),
  );
  const signature = sign("sha256", content, issuer?.privateKey ?? privateKey);
  const certificate = sequence(content, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    name,
    privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

/** Returns a value in ASN.1's DER encoding: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const integer = (bytes: Uint8Array) => der(0x02, bytes);
const objectId = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const octets = (content: Uint8Array) => der(0x04, content);

/** Encodes a time as GeneralizedTime: YYYYMMDDHHMMSSZ. */
const time = (date: Date) => der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, "")));

const ECDSA_WITH_SHA256 = sequence(objectId("2a8648ce3d040302"));

/** The critical extension basicConstraints of a certificate authority. */
const AUTHORITY = sequence(
  objectId("551d13"),
  der(0x01, Buffer.from([0xff])),
  octets(sequence(der(0x01, Buffer.from([0xff])))),
);

function subjectAlternativeName(host: string): Buffer {
  return sequence(objectId("551d11"), octets(sequence(der(0x82, Buffer.from(host)))));
}

/** Returns a name that consists of a common name. */
function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(name)))));
}
