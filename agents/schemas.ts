// What the browser may know of the drivers: their schemas and words, never their commands.
export { rgmanagerTypes } from "./ocf/rgmanager"
