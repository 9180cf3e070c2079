import { BlockList, isIP } from "node:net";

/** The variables of a process's environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that the environment names. */
export interface EnvProxy {
  /** The address for undici, with user and password: a secret. */
  readonly uri: string;
  /** The environment variable that it comes from. */
  readonly variable: string;
}

/**
 * Returns the proxy that requests to an address go through, or undefined if they go there directly. Reads the environment as
 * curl does, except that an https address without a proxy of its own uses the one for http. Throws an Error that names the
 * variable, never its value.
 */
export function proxyFor(address: URL, env: Environment): EnvProxy | undefined {
  const variables = address.protocol === "https:" ? [...HTTPS, ...HTTP] : HTTP;
  const variable = variables.find((name) => env[name] !== undefined);
  const text = variable === undefined ? "" : (env[variable] ?? "").trim();
  if (variable === undefined || text === "" || isExempt(address, env["no_proxy"] ?? env["NO_PROXY"] ?? ""))
    return undefined;
  const uri = proxyUri(text);
  if (uri !== undefined) return { uri, variable };
  throw new Error(
    `${variable} is not the address of a proxy, and requests to ${address.host} need one. It has to look like http://proxy.example:3128, proxy.example:3128 or socks5://proxy.example:1080. Correct it, or add ${address.hostname} to NO_PROXY`,
  );
}

const HTTPS = ["https_proxy", "HTTPS_PROXY"];
const HTTP = ["http_proxy", "HTTP_PROXY"];

/** By the scheme in the variable, the one that undici knows. */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ["http", "http"],
  ["https", "https"],
  ["socks", "socks5"],
  ["socks5", "socks5"],
  ["socks5h", "socks5"],
]);

/** Parses `[scheme://][user[:password]@]host[:port]`. A `%` that encodes nothing stands for itself. */
function proxyUri(text: string): string | undefined {
  const [, given = "http", rest = ""] = /^(?:([^:/?#]*):\/\/)?(.*)$/s.exec(text) ?? [];
  const [authority = ""] = rest.split(/[/?#]/, 1);
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  const scheme = SCHEMES.get(given.toLowerCase());
  if (scheme === undefined || URL.parse(`http://${host}`)?.pathname !== "/") return undefined;
  if (at === -1) return `${scheme}://${host}`;
  const [, user = "", password] = /^([^:]*)(?::(.*))?$/s.exec(authority.slice(0, at)) ?? [];
  const credentials = [user, ...(password === undefined ? [] : [password])].map(encoded).join(":");
  return `${scheme}://${credentials}@${host}`;
}

function encoded(text: string): string {
  const plain = text.replace(/(?:%[\da-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll("%", ""), "hex").toString());
  return encodeURIComponent(plain.toWellFormed());
}

/** Whether a list like that of NO_PROXY names the address: by its host, a domain above it, a network, or all by `*`. */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const host = withoutBrackets(hostname).replace(/\.$/, "");
  const actualPort = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, name = entry, onPort = actualPort] = /^([^:]+|\[.+\]):(\d+)$/.exec(entry) ?? [];
      return onPort === actualPort && names(withoutBrackets(name), host);
    });
}

function names(entry: string, host: string): boolean {
  if (entry === "*") return true;
  if (isIP(host) !== 0) return isInNetwork(entry, host);
  const domain = entry.replace(/^\*?\./, "").replace(/\.$/, "");
  const isApex = host === domain && !entry.startsWith("*");
  return domain !== "" && (isApex || host.endsWith(`.${domain}`));
}

/** Whether an entry like `10.0.0.0/8`, or a single address, holds the address. */
function isInNetwork(entry: string, address: string): boolean {
  const [network = "", bits] = entry.split("/", 2);
  const type = isIP(address) === 4 ? "ipv4" : "ipv6";
  const most = type === "ipv4" ? 32 : 128;
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (isIP(network) !== isIP(address) || !(length <= most)) return false;
  const list = new BlockList();
  list.addSubnet(network, length, type);
  return list.check(address, type);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
