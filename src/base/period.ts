/** Days that dollars are told of; a month is 30 days, a year 365. */
export const periodDays = {day: 1, month: 30, year: 365} as const;

export type Period = keyof typeof periodDays;

export const periods = Object.keys(periodDays) as readonly Period[];
