export type { Admin } from './admin/admin.ts';
export { WrongKeyError } from './admin/operator/key-check.ts';
export type { AccountRequest, AdminRequest } from './admin/request/admin-context.ts';
export { AdminError, type Fault } from './admin/request/admin-error.ts';
export type { Actor } from './admin/request/roles.ts';
export type { PasskeyInput } from './admin/users/passkey-input.ts';
export { createTweestap, type Tweestap } from './create.ts';
export type { Clock, Random } from './crypto/tokens.ts';
export { type Directory, DirectoryError, type DirectoryUser } from './directory/directory.ts';
export type {
  ChangedBy,
  EventHandlers,
  EventUser,
  FactorEvent,
  LoginEvent,
  LogoutEvent,
  PasswordEvent,
  SessionsEndedEvent,
} from './events/server-events.ts';
export type { AnyRequest, AnyResponse, Next } from './http/frameworks.ts';
export { type GateOptions, type Gates, type Middleware, type StepUpOptions, sessionOf } from './http/gates.ts';
export { letterStyles } from './letter/page.ts';
export { MailFailure, type MailTransport, type OutgoingMail } from './mail/transport.ts';
export type { Outbox, OutboxMail, OutboxMessage, OutboxSms } from './notices/outbox-messages.ts';
export { OptionsError, type PortalOptions, type TweestapOptions, type WebPushOptions } from './options.ts';
export {
  type OrganisationDefinition,
  OrganisationError,
  type OrganisationInput,
  organisationJsonSchema,
  parseOrganisation,
} from './organisations/schema.ts';
export type { Monotonic } from './runtime/clock-guard.ts';
export type { Logger } from './runtime/log.ts';
export type { LogLevel } from './setting-fields.ts';
export { readSettings, type Settings, SettingsError } from './settings.ts';
export type { SmsGateway } from './sms/gateway-settings.ts';
export { type OutgoingSms, SmsFailure, type SmsTransport } from './sms/transport.ts';
export { ForeignTableError, MissingSchemaError, SchemaTooNewError, StoreUnavailableError } from './store/database.ts';
