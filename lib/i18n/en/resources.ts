export const resources = {
  title: "Shared resources",
  text: "Defined once for the cluster, used by a service by its name. Most resources are simply defined in their service.",
  formText: "It can be changed while the service that uses it is stopped.",
  add: "Add shared resource",
  newTitle: "Add a shared resource",
  editTitle: "Change {name}",
  none: "No shared resources.",
  kind: "Kind",
  usedBy: "used by {service}",
  unused: "not used",
  remove: "Remove",
}
