import type { Recipe } from "./takes.ts";

/** The take is 12.6 s long; a real one is not. */
export const takeSeconds = [8, 600] as const;
/** What is behind the person. */
export const wall = "0xE2E5EA";

/** How a take is spoilt, and the reasons it must be refused for: those and no other. */
interface BadTake extends Recipe {
  readonly reasons: readonly string[];
  readonly seconds?: readonly [number, number];
}

/** As on a ball that turns by 65 degrees: its far half is hidden. */
const turned = "85*sin(max(-1.57,asin(clip((X/SW-100)/85,-1,1))-65*PI/180))";
const place = `if(lt(abs(X/SW-100),85),(100+${turned})*SW,X)`;
const head = `geq=lum='lum(${place},Y)':cb='cb(${place},Y)':cr='cr(${place},Y)'`;

/** A filter by which no face is left. */
export const covered = "drawbox=90:90:180:190:0x808080:fill";

/** Material that nobody can make an avatar of, by what is wrong with it. */
export const badTakes: Readonly<Record<string, BadTake>> = {
  "only sound": { words: ["-vn"], suffix: ".m4a", reasons: ["PICTURE_NONE"] },
  "too short": { words: ["-t", "12"], seconds: [14, 600], reasons: ["DURATION_SHORT"] },
  "too long": { seconds: [8, 10], reasons: ["DURATION_LONG"] },
  "12 frames a second": { words: ["-r", "12"], reasons: ["RATE_LOW"] },
  "too small": { picture: "scale=270:480", reasons: ["SIZE_SMALL"] },
  "woven of fields": {
    picture: "fps=50,tinterlace=interleave_top",
    words: ["-flags", "+ilme+ildct"],
    reasons: ["INTERLACED"],
  },
  "high dynamic range": {
    words: ["-color_trc", "smpte2084", "-x264-params", "transfer=smpte2084"],
    reasons: ["HDR"],
  },
  "no sound": { words: ["-an"], reasons: ["SOUND_NONE"] },
  "a muted microphone": { sound: "volume=0", reasons: ["SOUND_SILENT"] },
  "a far microphone": { sound: "volume=-28dB", reasons: ["SOUND_QUIET"] },
  "a clipped microphone": { sound: "volume=30dB,aformat=s16", reasons: ["SOUND_CLIPPED"] },
  "a loud room": { sound: "aeval=val(0)+0.12*(random(0)-0.5):c=same", reasons: ["SOUND_NOISY"] },
  "telephone sound": { words: ["-ar", "8000"], reasons: ["SOUND_RATE"] },
  "sound that ends early": { sound: "atrim=0:11.5", reasons: ["SOUND_LENGTH"] },
  "little speech": { words: ["-t", "8.2"], reasons: ["SPEECH_SHORT"] },
  "no silence": {
    picture: "trim=5,setpts=PTS-STARTPTS",
    sound: "atrim=5,asetpts=PTS-STARTPTS",
    seconds: [7, 600],
    reasons: ["SILENCE_SHORT"],
  },
  "black bars": { picture: "scale=360:560,pad=360:640:0:40:black", reasons: ["LETTERBOX"] },
  "a cut": {
    picture: "scale=414:736,crop=360:640:'if(gt(t,8),10,27)':'if(gt(t,8),80,30)'",
    reasons: ["CUT"],
  },
  "a frozen picture": {
    picture: "split[a][b],[a][b]freezeframes=first=60:last=110:replace=60",
    reasons: ["FROZEN"],
  },
  "repeated frames": { picture: "fps=10,fps=25", reasons: ["FRAMES_REPEATED"] },
  "a hand-held camera": {
    picture: "crop=324:576:'18+9*sin(n*1.3)':'32+9*cos(n*1.7)',scale=360:640",
    reasons: ["CAMERA_SHAKES"],
  },
  "light that changes": {
    picture: "eq=brightness='0.16*sin(t/4)-0.06':eval=frame",
    reasons: ["LIGHT_CHANGES"],
  },
  "light that flickers": {
    picture: "eq=brightness='0.05*mod(n,2)':eval=frame",
    reasons: ["LIGHT_FLICKERS"],
  },
  "too dark": { picture: "curves=all=0/0 1/0.32", reasons: ["PICTURE_DARK"] },
  "too bright": { picture: "eq=brightness=.3", reasons: ["PICTURE_BRIGHT"] },
  "out of focus": { picture: "gblur=sigma=4", reasons: ["PICTURE_BLURRED"] },
  "black and white": { picture: "hue=s=0", reasons: ["COLOURLESS"] },
  "upside down": { picture: "hflip,vflip", reasons: ["PICTURE_TURNED"] },
  "no face": { picture: covered, reasons: ["FACE_NONE"] },
  "two people": {
    picture:
      "split[a][b],[b]scale=180:320,crop=90:140:45:10[c]," +
      `[a]scale=270:480,pad=360:640:0:160:${wall}[d],[d][c]overlay=264:20`,
    reasons: ["FACES_MANY"],
  },
  "a face that goes away": {
    picture: `${covered}:enable='between(t,2,6)'`,
    reasons: ["FACE_LOST"],
  },
  "a face far away": {
    picture: `scale=108:192,pad=360:640:126:300:${wall}`,
    reasons: ["FACE_SMALL"],
  },
  "a face too near": {
    picture: "crop=168:298:96:72,scale=360:640",
    reasons: ["FACE_LARGE"],
  },
  "a head cut off": { picture: "crop=306:544:27:96,scale=360:640", reasons: ["FACE_CUT"] },
  "a face at the side": {
    picture: `pad=720:640:360:0:${wall},crop=360:640:272:0`,
    reasons: ["FACE_OFF_CENTRE"],
  },
  "a face from the side": {
    picture: `split[a][b],[b]crop=200:240:80:80,${head}[c],[a][c]overlay=80:80`,
    reasons: ["FACE_TURNED"],
  },
  "eyes that stand nearer than from the front": {
    picture:
      "split=3[a][b][c],[b]crop=44:36:128:146[l],[c]crop=44:36:188:146[r]," +
      "[a][l]overlay=136:146[d],[d][r]overlay=180:146",
    reasons: ["FACE_TURNED"],
  },
  "a tilted head": { picture: `rotate=14*PI/180:fillcolor=${wall}`, reasons: ["FACE_TILTED"] },
  "a person who wanders": {
    picture: `pad=720:640:180:0:${wall},crop=360:640:'180+60*sin(t*1.2)':0`,
    reasons: ["FACE_WANDERS"],
  },
  "a hand before the mouth": {
    picture: "drawbox=110:205:150:100:0xc08c72:fill:enable='between(t,9,10.5)'",
    reasons: ["MOUTH_COVERED"],
  },
  "a mask": { picture: "drawbox=125:205:110:90:0xb08878:fill", reasons: ["MOUTH_STILL"] },
  "late sound": { sound: "adelay=400,atrim=0:12.6", reasons: ["OUT_OF_SYNC"] },
};
