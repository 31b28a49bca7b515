const common = ['api', 'organisation', 'returnTo', 'resume', 'client', 'messages', 'state', 'cancel'] as const;

/** The public members of each element besides those of Lit. `docs/guide/login.md` documents them. */
export const publicMembers = {
  'mfa-login': [...common, 'layout'],
  'mfa-enroll': [...common, 'link', 'kind'],
  'mfa-settings': common,
} as const;
