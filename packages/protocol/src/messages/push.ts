import { z } from 'zod';
import { GivenName, Instant, TypedCode } from '../values/schemas.ts';

/** A token of 256 bits in base64url. */
const Token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** A coordinate of a P-256 key: 32 bytes in base64url. */
const Coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A public key of a phone: ES256 with P-256 (RFC 7518 §6.2.1). */
export const PhoneKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: Coordinate,
  y: Coordinate,
});
/** A public key of a phone. */
export type PhoneKey = z.infer<typeof PhoneKey>;

/** A phone that is linked to an account, or is being linked. */
export const PushDevice = z.strictObject({
  id: z.string(),
  /** `code`: a code must be confirmed. `waiting`: the login screen continues by itself. `linked`: the phone can approve. */
  state: z.enum(['code', 'waiting', 'linked']),
  name: z.string(),
  /** How the code was sent. Absent if `code` is shown here, or if a code of another factor is asked. */
  channel: z.enum(['sms', 'mail']).optional(),
  /** The masked number or address that the code was sent to. */
  to: z.string().optional(),
  /** The code that the phone shows and that the user types on the login screen. */
  code: z.string().optional(),
  /** The code to type is one of the factor that the account has already, such as an authenticator app. */
  factorCode: z.literal(true).optional(),
  createdAt: Instant,
});
/** A phone that is linked to an account, or is being linked. */
export type PushDevice = z.infer<typeof PushDevice>;

/** The account of a phone, as the phone shows it. */
export const PushAccount = z.strictObject({
  organisation: z.strictObject({ id: z.string(), name: z.string() }),
  username: z.string(),
  /** The user's name; absent if the directory has none. */
  name: z.string().optional(),
  /** Whether the password is locked for a while. */
  locked: z.boolean(),
  /** How often the phone may still unlock today. */
  unlocksLeft: z.int(),
  /** Whole days until the password expires; absent if it does not. */
  passwordDaysLeft: z.int().optional(),
  /** The pages for the reset and the settings. */
  pages: z.strictObject({ reset: z.string().optional(), settings: z.string().optional() }),
});
/** The account of a phone, as the phone shows it. */
export type PushAccount = z.infer<typeof PushAccount>;

/** A request for approval. */
export const PushRequest = z.strictObject({
  id: z.string(),
  organisation: z.strictObject({ id: z.string(), name: z.string() }),
  username: z.string(),
  /** The host of the portal. */
  portal: z.string(),
  /** The browser and the system of the login. */
  browser: z.string(),
  /** The address of the login; an IPv6 address is shown as its /64. */
  address: z.string(),
  at: Instant,
  expiresAt: Instant,
  /** 32 bytes in base64url, to sign. */
  challenge: z.string(),
  /** The digits to type; 0: none. */
  digits: z.union([z.literal(6), z.literal(2), z.literal(0)]),
  state: z.enum(['pending', 'approved', 'denied', 'expired']),
});
/** A request for approval. */
export type PushRequest = z.infer<typeof PushRequest>;

/** The TOTP secret that comes with a phone, for codes by hand. It is given once. */
const PushTotp = z.strictObject({
  /** base32 without padding. */
  secret: z.string(),
  digits: z.int(),
  /** Seconds. */
  period: z.int(),
  issuer: z.string(),
  account: z.string(),
});

/** Body of `POST /push/devices`. */
export const LinkBody = z.strictObject({ link: Token, publicKey: PhoneKey, name: GivenName.optional() });
/** Body of `POST /push/devices/{id}/confirm`. */
export const ConfirmBody = z.strictObject({ code: TypedCode });
/** Body of `PUT /push/devices/{id}/subscription`: a subscription of the Push API. */
export const SubscriptionBody = z.strictObject({
  endpoint: z.url().max(1000),
  keys: z.strictObject({
    /** An uncompressed P-256 point. */
    p256dh: z.string().regex(/^[A-Za-z0-9_-]{87}=?$/),
    /** 16 bytes. */
    auth: z.string().regex(/^[A-Za-z0-9_-]{22}(?:==)?$/),
  }),
});
/** A subscription of the Push API. */
export type PushSubscription = z.infer<typeof SubscriptionBody>;
/** Body of `POST /push/requests/{id}`: a compact JWS by the key of the phone. */
export const AnswerBody = z.strictObject({
  answer: z
    .string()
    .max(2000)
    .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/),
});
/** The payload of the JWS that answers a request. */
export const AnswerPayload = z.strictObject({
  request: z.string().min(1).max(64),
  challenge: z.string().min(1).max(64),
  answer: z.enum(['approve', 'deny']),
  number: z
    .string()
    .regex(/^[0-9]{2,6}$/)
    .optional(),
});

/** Response of `GET /push/vapid`. */
export const VapidAnswer = z.strictObject({ publicKey: z.string() });
/** Response of `POST` and `GET` on a device. */
export const DeviceAnswer = z.strictObject({ device: PushDevice, account: PushAccount });
/** Response of `POST /push/devices/{id}/confirm`. */
export const ConfirmAnswer = z.strictObject({ device: PushDevice, totp: PushTotp.optional() });
/** Response of `POST /push/devices/{id}/unlock`. */
export const UnlockAnswer = z.strictObject({ account: PushAccount });
/** Response of `GET /push/requests`, and the data of its event `requests`. */
export const RequestsAnswer = z.strictObject({ requests: z.array(PushRequest), history: z.array(PushRequest) });
/** Response of `GET` and `POST /push/requests/{id}`. */
export const RequestAnswer = z.strictObject({ request: PushRequest });
