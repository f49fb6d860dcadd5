import { BalancerWizard } from "@/components/balancer/wizard"

type Props = {
  readonly params: Promise<{ readonly cluster: string }>
  readonly searchParams: Promise<{ readonly from?: string }>
}
export default async function Page({ params, searchParams }: Props) {
  return <BalancerWizard clusterId={(await params).cluster} fromFile={(await searchParams).from === "file"} />
}
