import {Flags, type Interfaces} from '@oclif/core';
import {routings, sessionTerms, statePlaces, worlds} from '../../fleet/sessions/read-sessions.ts';
import type {SessionTerms} from '../../fleet/sessions/session-terms.ts';
import {valueFlag} from './value-flags.ts';

const callGroup = {helpGroup: 'CALLS'};

/** Flags of calls that belong to sessions. Those of state are keys of settings, too rare for help. */
export const sessionFlags = {
  routing: valueFlag((text, flag) => routings.parse(text, flag))({
    helpValue: routings.signatures().join('|'),
    summary: 'Which instance the calls of a session go to; state, stateCosts and world (--set) say what they do there.',
    ...callGroup,
  }),
  state: valueFlag((text, flag) => statePlaces.parse(text, flag))({
    helpValue: statePlaces.names.join('|'),
    summary: 'Where the state of sessions lives.',
    hidden: true,
    ...callGroup,
  }),
  'state-costs': Flags.string({
    helpValue: 'read=500us,write=500us,...',
    summary: 'What state takes, and what becomes of it.',
    hidden: true,
    ...callGroup,
  }),
  world: valueFlag((text, flag) => worlds.parse(text, flag))({
    helpValue: worlds.signatures().join('|'),
    summary: 'How instances know of what all sessions share.',
    hidden: true,
    ...callGroup,
  }),
};

/** What the flags say of sessions; undefined: nothing. */
export function sessionsOf(flags: Interfaces.InferredFlags<typeof sessionFlags>): SessionTerms | undefined {
  return sessionTerms({routing: flags.routing, state: flags.state, costs: flags['state-costs'], world: flags.world});
}
