import './mfa-login.ts';
import '../mfa-enroll/mfa-enroll.ts';
import { elementContract } from '../testing/element-contract.ts';
import { given } from '../testing/states/given.ts';
import { settled } from '../testing/states/scenario.ts';

elementContract(
  'mfa-login',
  { tag: 'mfa-login', attributes: { organisation: 'de-linde' }, script: { responses: [given.password] } },
  'username',
);

elementContract(
  'mfa-enroll',
  { tag: 'mfa-enroll', script: { kind: 'enroll', responses: [given['confirm-password']] }, act: settled },
  'password',
);
