import type { JobSubject } from "@/lib/domain/views"

/** What a job's title speaks of. */
export const aboutOf = ({ service = "", node = "", domain = "", balancer = "", from = "", to = "" }: JobSubject) => ({
  ...{ service, node, domain, balancer, from, to },
})
