/**
 * Whether the browser states that the page was in a frame of another origin (WebAuthn L3 §5.8.1, `crossOrigin`). Such a
 * login is refused: the user may have seen another page. Malformed data counts as such.
 */
export function isCrossOrigin(clientDataJSON: string): boolean {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
    if (typeof data !== 'object' || data === null) return true;
    const { crossOrigin, topOrigin } = data as { crossOrigin?: unknown; topOrigin?: unknown };
    return (crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined;
  } catch {
    return true;
  }
}
