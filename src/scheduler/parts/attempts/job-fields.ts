/** A call that may come back is so many doubles. */
export const FIELDS = 18;
/** Work that it had to do when its slice began. */
export const LEFT_US = 0;
/** 1: something is saved, which its slice began with. */
export const SAVED = 1;
/** Which attempt it is by the rule for those that are throttled or cut. */
export const ATTEMPT = 2;
export const ARRIVAL_US = 3;
/** When the slice began, or will. */
export const FROM_US = 4;
/** How many calls had been given to an instance before it was. */
export const GIVEN = 5;
/** How often its host has failed. */
export const FAILURES = 6;
/** 1: it has begun, now or before, so what follows is told of it already. */
export const BEGAN = 7;
/** 1: its instance was started for it; and 1 if it was its function's first call. */
export const IS_COLD = 8;
export const IS_FIRST = 9;
/** Up to when it waited for that, or for a place; and when it began, or will: there its start delay ends. */
export const WAITED_US = 10;
export const START_US = 11;
/** 1: it has been cut for taking too long. */
export const IS_CUT = 12;
/** What it is filed as, and 1; 0: nothing. */
export const FILED = 13;
/** Ticket of another attempt of the same call that goes on at the same time; its own: there is none. */
export const NEXT = 14;
/** 1: another attempt of its call was over first. */
export const IS_OVER = 15;
/** Function of its call. */
export const FN = 16;
/** All work that it had to do when it first began. */
export const WORK_US = 17;
