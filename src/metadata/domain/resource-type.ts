/** A kind of resource that definitions apply to, such as `OS::Nova::Flavor`. */
export interface ResourceType {
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** How a namespace applies to a type of resource, as it is written. */
export interface DraftAssociation {
  /** The resource type. */
  readonly name: string;
  /** Put before each property name on such a resource, its separator included: `hw_`, `hw:`. */
  readonly prefix: string | null;
  /** Which of several sets of metadata on the resource is meant, such as `image` on a volume. */
  readonly propertiesTarget: string | null;
}

export interface Association extends DraftAssociation {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
