import type { Page } from '../../flow/rules/factor.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';

/** The relying party of an organisation's passkeys (WebAuthn L3 §5.1.2). */
export interface RelyingParty {
  /** The host name to which passkeys are bound. */
  id: string;
  /** The name that the browser shows. */
  name: string;
  /** The origins at which passkeys may be used. */
  origins: readonly string[];
}

/** The relying party id: that of the organisation, otherwise the host name of the base URL. Never from a request (R33). */
export function rpIdOf({ passkeys }: Pick<OrganisationDefinition, 'passkeys'>, baseUrl: string): string {
  return passkeys?.rpId ?? new URL(baseUrl).hostname;
}

/** The relying party of the flow's organisation. */
export async function relyingPartyOf({
  organisation,
  baseUrl,
  origins,
}: Pick<Page, 'organisation' | 'baseUrl' | 'origins'>): Promise<RelyingParty> {
  const definition = await organisation();
  const related = definition.passkeys?.origins ?? [];
  return { id: rpIdOf(definition, baseUrl), name: definition.name, origins: [...origins, ...related] };
}

/** Whether users of the organisation may set up a passkey, and log in with one alone. */
export function allowsPasskeys({ policy }: Pick<OrganisationDefinition, 'policy'>): boolean {
  return policy.methods.some(({ method }) => method === 'passkey');
}

/**
 * Whether the page of the flow may use the organisation's passkeys. A page on another origin may only if the organisation lists
 * it: a passkey of any other page is refused, so it is not requested there.
 */
export async function isPageOfPasskeys(page: Page): Promise<boolean> {
  const { otherOrigin } = page;
  return otherOrigin === undefined || (await relyingPartyOf(page)).origins.includes(otherOrigin.origin);
}
