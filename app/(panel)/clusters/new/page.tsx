import { NewCluster } from "@/components/settings/new-cluster"

export default function Page() {
  return <NewCluster />
}
