export { GatewayKey, type GatewayKeyArgs } from "./gateway-key";
export { Provider, type ProviderArgs } from "./provider";
