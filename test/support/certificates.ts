import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate with its private key. */
export interface Certificate {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** In PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** The host that it is for. Default: none, and it is the certificate of an authority. */
  readonly host?: string;
  /** Default: itself. */
  readonly issuer?: Certificate;
  /** Default: yesterday. */
  readonly from?: Date;
  /** Default: tomorrow. */
  readonly until?: Date;
}

const DAY_MS = 86_400_000;

/** Makes an X.509 certificate, so that tests need neither openssl nor keys in the repository. */
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
  const whole = sequence(content, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    name,
    privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

/** A value in ASN.1's encoding: tag, length, content. */
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

/** GeneralizedTime: YYYYMMDDHHMMSSZ. */
const time = (date: Date) => der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, "")));

const ECDSA_WITH_SHA256 = sequence(objectId("2a8648ce3d040302"));

/** basicConstraints, critical: a certificate authority. */
const AUTHORITY = sequence(
  objectId("551d13"),
  der(0x01, Buffer.from([0xff])),
  octets(sequence(der(0x01, Buffer.from([0xff])))),
);

function subjectAlternativeName(host: string): Buffer {
  return sequence(objectId("551d11"), octets(sequence(der(0x82, Buffer.from(host)))));
}

/** With a common name alone. */
function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(name)))));
}
