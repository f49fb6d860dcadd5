import { AdoptPage } from "@/components/balancer/adopt-page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <AdoptPage clusterId={(await params).cluster} />
}
