/** What an identity holds of a recipient: bare ids, sorted. */
export interface Holding {
  readonly packages: readonly string[]
  readonly roles: readonly string[]
  /** Single services. */
  readonly resources: readonly string[]
}

/** Services that each access package reaches, where the resource registry has said it. */
export type Reach = ReadonlyMap<string, readonly string[]>

const without = (all: readonly string[], others: ReadonlySet<string>): readonly string[] => all.filter((one) => !others.has(one))

/** Services that can be seen: the single ones and what the packages reach, as far as that is known. */
export function servicesOf({ packages, resources }: Holding, reach: Reach): ReadonlySet<string> {
  return new Set([...resources, ...packages.flatMap((one) => reach.get(one) ?? [])])
}

/**
 * What was held before and is held no longer. A service that is now reached by a package was not taken away, and neither was
 * a package all of whose services are still reached: Altinn moves services between packages. A package that nothing is known
 * of counts as taken away.
 */
export function takenAway(before: Holding, now: Holding, reach: Reach): Holding {
  const seen = servicesOf(now, reach)
  const packages = without(before.packages, new Set(now.packages)).filter((one) => {
    const services = reach.get(one) ?? []
    return services.length === 0 || services.some((service) => !seen.has(service))
  })
  return { packages, roles: without(before.roles, new Set(now.roles)), resources: without(before.resources, seen) }
}

export const isNothing = ({ packages, roles, resources }: Holding): boolean => packages.length === 0 && roles.length === 0 && resources.length === 0
