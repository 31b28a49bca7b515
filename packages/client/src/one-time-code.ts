/** The member of the Credential Management API that WebOTP adds (https://wicg.github.io/web-otp/). */
interface OtpCredentials {
  get(options: { otp: { transport: ['sms'] }; signal: AbortSignal }): Promise<{ code?: string } | null>;
}

/**
 * Waits for the code of a text message that ends on `@host #code` (WebOTP), after the user has allowed the browser to read it.
 * Resolves with undefined if the browser can't do that, the user declines, or `signal` is aborted. It never rejects.
 */
export const receiveCode = async (signal: AbortSignal): Promise<string | undefined> => {
  if (!('OTPCredential' in globalThis)) return undefined;
  const credentials = navigator.credentials as unknown as OtpCredentials;
  try {
    return (await credentials.get({ otp: { transport: ['sms'] }, signal }))?.code;
  } catch {
    return undefined;
  }
};
