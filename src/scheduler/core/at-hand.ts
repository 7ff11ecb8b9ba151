/**
 * What a cell has at hand, one array of doubles: the time, up to when everything is to happen, and the call that is to be
 * served next. An array and not arguments, because a double that crosses a call is boxed on the heap, and these would
 * several times an event.
 */
export const NOW_US = 0;
export const UNTIL_US = 1;
export const ARRIVAL_US = 2;
export const DURATION_US = 3;
/** What a cold start of the call takes; below 0: not known. */
export const COLD_US = 4;
/** 1: it is its function's first call ever. */
export const FIRST = 5;
/** Which attempt of the call it is, from 1 on. */
export const ATTEMPT = 6;
/** Which of all calls it is, where somebody asks. */
export const CALL = 7;
/** When the call came back, if it did after it had been given to an instance. */
export const CAME_US = 8;
export const AT_HAND = 9;
