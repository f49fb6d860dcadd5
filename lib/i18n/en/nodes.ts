export const nodes = { title: "nodes" }
