/**
 * Whether a listing suddenly lacks so much of what is known that a lost right or a fault is the likelier reason than the
 * truth: more than five, and more than a fifth of all (durability.md 16). It then changes nothing but a mark.
 */
export const sharply = (missing: number, known: number): boolean => missing > 5 && missing > known / 5
