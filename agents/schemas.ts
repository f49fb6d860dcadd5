// What the browser may know of the drivers: their schemas and words, never their commands.
export { isSecretName as isFenceSecret } from "./fence/schema"
export { rgmanagerTypes } from "./ocf/rgmanager"
