import { given } from './given.ts';
import { at, enroll, type Scenario } from './scenario.ts';

/** The states before a method is set up, by name. */
export const setUpStates: Record<string, Scenario> = {
  'confirm-password': enroll(given['confirm-password']),
  'enroll-offer': at(given['enroll-offer']),
  'enroll-offer-last-day': at({ ...given['enroll-offer'], daysLeft: 0 }),
  'enroll-offer-mandatory': at({
    type: 'enroll-offer',
    actions: ['accept', 'back', 'extend'],
    reason: 'set-up',
    mandatory: true,
    remembers: false,
  }),
  'enroll-offer-move': at({
    type: 'enroll-offer',
    actions: ['accept', 'later', 'extend'],
    reason: 'move',
    method: 'totp',
    mandatory: false,
    remembers: false,
    until: '2026-06-30',
    daysLeft: 12,
  }),
  'enroll-offer-phone': at({
    type: 'enroll-offer',
    actions: ['accept', 'later', 'extend'],
    reason: 'new-phone',
    mandatory: false,
    remembers: true,
  }),
  'enroll-method': at(given['enroll-method']),
};
