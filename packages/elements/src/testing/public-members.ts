const common = ['api', 'organisation', 'returnTo', 'resume', 'client', 'messages', 'state', 'cancel'] as const;

/** The public members of each element, without those of Lit. The guide documents them. */
export const publicMembers = {
  'mfa-login': [...common, 'layout', 'secondStep', 'assertionNonce', 'handOver'],
  'mfa-enroll': [...common, 'link', 'kind'],
  'mfa-settings': common,
  'mfa-approve': [...common, 'phone', 'registration'],
} as const;
