/** What a shelf of films needs, and what there is to make it with. Rates are of one machine, sizes of one film. */
export type Fleet = Readonly<{
  films: number;
  filmSeconds: number;
  /** Of all renditions of one film. */
  filmBytes: number;
  /** PUTs of one film. */
  filmObjects: number;
  machines: number;
  /** Film time per wall time. */
  encodeSpeed: number;
  /** Shared by all machines; of one machine where each has its own. */
  uplinkBytesPerSecond: number;
  sharesUplink: boolean;
  /** Beside encoding and uploading: probe, checks, publishing, the last segments. */
  fixedSeconds: number;
}>;

export type FleetRun = Readonly<{
  hours: number;
  /** Of the time until the last film is in, for which a machine encoded, on average. */
  encoderShare: number;
  /** Of what the uplinks could carry in that time. */
  uplinkShare: number;
  /** Of objects, at the busiest. */
  putsPerSecond: number;
  /** What a faster one of would bring most. */
  limit: 'encoders' | 'uplink';
}>;

type Machine = { encodeLeft: number; uploadLeft: number; fixedLeft: number };

/** A film of hours takes no step that matters. */
const STEP_SECONDS = 30;

/**
 * Films on machines, each taking the next one when its last is in: encoding and uploading beside one
 * another, where a machine uploads no more than it has encoded, and machines on one uplink share it
 * evenly. Steps of 30 s, no chance: the same again for the same fleet.
 */
export function simulateFleet(fleet: Fleet): FleetRun {
  const { filmSeconds, filmBytes, filmObjects, encodeSpeed, sharesUplink } = fleet;
  const encodeSeconds = filmSeconds / encodeSpeed;
  const bytesPerEncodedSecond = filmBytes / encodeSeconds;
  let waiting = fleet.films;
  const take = (): Machine | undefined => {
    if (waiting === 0) return undefined;
    waiting -= 1;
    return {
      encodeLeft: encodeSeconds,
      uploadLeft: filmBytes,
      fixedLeft: fleet.fixedSeconds,
    };
  };
  const machines = Array.from({ length: fleet.machines }, take);
  let seconds = 0;
  let encodedSeconds = 0;
  let mostBytesPerSecond = 0;
  while (machines.some((machine) => machine !== undefined)) {
    const atWork = machines.filter((machine) => machine !== undefined);
    for (const machine of atWork) {
      const step = Math.min(STEP_SECONDS, machine.encodeLeft);
      machine.encodeLeft -= step;
      encodedSeconds += step;
    }
    const ready = atWork.map(
      ({ encodeLeft, uploadLeft }) => uploadLeft - encodeLeft * bytesPerEncodedSecond,
    );
    const line = fleet.uplinkBytesPerSecond * STEP_SECONDS;
    const shares = sharesUplink ? shareEvenly(line, ready) : ready.map((it) => Math.min(line, it));
    for (const [index, machine] of atWork.entries()) machine.uploadLeft -= shares[index] ?? 0;
    const sent = shares.reduce((sum, bytes) => sum + bytes, 0);
    mostBytesPerSecond = Math.max(mostBytesPerSecond, sent / STEP_SECONDS);
    seconds += STEP_SECONDS;
    for (const [index, machine] of machines.entries()) {
      if (machine === undefined || machine.encodeLeft > 0 || machine.uploadLeft > 1) continue;
      machine.fixedLeft -= STEP_SECONDS;
      if (machine.fixedLeft <= 0) machines[index] = take();
    }
  }
  const lines = sharesUplink ? 1 : fleet.machines;
  const encoderShare = encodedSeconds / (seconds * fleet.machines);
  const uplinkShare = (fleet.films * filmBytes) / (seconds * fleet.uplinkBytesPerSecond * lines);
  return {
    hours: seconds / 3_600,
    encoderShare,
    uplinkShare,
    putsPerSecond: (mostBytesPerSecond * filmObjects) / filmBytes,
    limit: uplinkShare > encoderShare ? 'uplink' : 'encoders',
  };
}

/** Nobody gets more than it can use; what one leaves the others share. */
function shareEvenly(total: number, wanted: readonly number[]): readonly number[] {
  const shares = wanted.map(() => 0);
  const order = wanted.map((_, index) => index).toSorted((a, b) => at(wanted, a) - at(wanted, b));
  let left = total;
  for (const [position, index] of order.entries()) {
    const share = Math.max(0, Math.min(at(wanted, index), left / (order.length - position)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
