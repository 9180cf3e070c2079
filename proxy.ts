import { BlockList, isIP } from "node:net";

/** Environment variables. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy set by an environment variable. */
export interface EnvProxy {
  /** The address for undici, including user and password. Secret. */
  readonly uri: string;
  /** The name of the environment variable. */
  readonly variable: string;
}

/**
 * Returns the proxy for requests to an address, or undefined for a direct connection. Follows curl's rules for environment
 * variables, with one exception: if only `http_proxy` is set, it also applies to `https` addresses. Throws an Error that names
 * the variable but not its value.
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
    `${variable} is not the address of a proxy, but requests to ${address.host} would use it. It must look like http://proxy.example:3128, proxy.example:3128 or socks5://proxy.example:1080. Correct it, or add ${address.hostname} to NO_PROXY`,
  );
}

const HTTPS = ["https_proxy", "HTTPS_PROXY"];
const HTTP = ["http_proxy", "HTTP_PROXY"];

/** The scheme that undici expects, by the scheme in the variable. */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ["http", "http"],
  ["https", "https"],
  ["socks", "socks5"],
  ["socks5", "socks5"],
  ["socks5h", "socks5"],
]);

/** Parses `[scheme://][user[:password]@]host[:port]`. A `%` that encodes nothing is kept as it is. */
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

/** Returns true if a `NO_PROXY` list matches the address: by host, parent domain, network or `*`. */
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

/** Returns true if an entry like `10.0.0.0/8`, or a single address, contains the address. */
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
