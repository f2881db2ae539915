/** Tells of a new alarm whoever is not looking at the screen: by a sound, by a notification of the desktop; both only by choice. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { AlarmView } from "../../model/live.ts";
import { isUnacknowledged } from "../alarms/alarm-order.ts";
import { subjectName } from "../alarms/alarm-words.ts";
import type { Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";

const SOUND = "nightflow.sound";
const DESKTOP = "nightflow.desktop";

export function AnnunciationChoice({ network }: { readonly network: Network }) {
  const { text } = useWords();
  const [sound, setSound] = useState(() => localStorage.getItem(SOUND) === "on");
  const [desktop, setDesktop] = useState(() => localStorage.getItem(DESKTOP) === "on");
  const [refused, setRefused] = useState(false);
  useAnnunciation(network, sound, desktop);

  const chooseSound = (on: boolean) => {
    localStorage.setItem(SOUND, on ? "on" : "off");
    setSound(on);
    if (on) chime();
  };
  const chooseDesktop = async (on: boolean) => {
    const allowed = on && "Notification" in window && (await Notification.requestPermission()) === "granted";
    localStorage.setItem(DESKTOP, allowed ? "on" : "off");
    setDesktop(allowed);
    setRefused(on && !allowed);
  };
  return (
    <>
      <Choice name={text.shell.sound} title={text.shell.soundTitle} on={sound} choose={chooseSound} />
      <Choice name={text.shell.desktop} title={text.shell.desktopTitle} on={desktop} choose={chooseDesktop} />
      {refused && (
        <small role="status" class="refusal">
          {text.shell.desktopRefused}
        </small>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly title: string;
  readonly on: boolean;
  readonly choose: (on: boolean) => void;
}

function Choice({ name, title, on, choose }: ChoiceProps) {
  return (
    <label class="choice" title={title}>
      <input type="checkbox" checked={on} onChange={({ currentTarget }) => choose(currentTarget.checked)} />
      {name}
    </label>
  );
}

function useAnnunciation(network: Network, sound: boolean, desktop: boolean): void {
  const { text } = useWords();
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    const asking = [...network.alarms.values()].filter(isUnacknowledged);
    // What stood when the page was opened is seen on it; only what comes later is news.
    const news = known.current ? asking.filter((alarm) => !known.current?.has(occasion(alarm))) : [];
    known.current = new Set(asking.map(occasion));
    if (news.length === 0) return;
    if (sound) chime();
    if (!desktop || Notification.permission !== "granted") return;
    for (const { id, verdict } of news)
      new Notification(`${text.kinds[verdict.kind]}: ${subjectName(verdict.subject, network.utility)}`, {
        tag: id,
      });
  }, [network.alarms]);
}

function occasion({ id, activatedMs }: AlarmView): string {
  return `${id} ${activatedMs}`;
}

/** Two falling tones, made here: no sound file on a slow link. */
function chime(): void {
  const audio = new AudioContext();
  const volume = audio.createGain();
  volume.gain.value = 0.2;
  volume.connect(audio.destination);
  [880, 660].forEach((frequency, i) => {
    const tone = audio.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(volume);
    tone.start(audio.currentTime + i * 0.25);
    tone.stop(audio.currentTime + i * 0.25 + 0.2);
    if (i === 1) tone.onended = () => void audio.close();
  });
}
