/** Cold times of containers where a trace tells none: of pods at Huawei (Joosen et al., 2023), as METHODS of the field have it. */
export const containerCold = 'lognormal:median=1.35s,sigma=1.326';
