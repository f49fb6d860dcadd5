/** For the browser: what the forms parse with. No driver code comes along. */
export { isSecretName, OcfDefinition, OcfResource } from "./ocf/schema"
export { SystemDefinition } from "./system/schema"
