import assert from "node:assert/strict";

/** Every bound of the daemon, in one place. Names end with unit and `Max`; relations hold below. */
export const limits = {
  /** Whole MQTT packet, as announced in CONNECT (mqtt.md). */
  packetBytesMax: 256 * 1024,
  jobBytesMax: 128 * 1024,
  /** UTF-8 bytes of text or SSML in one job; the vendor's protocol stops at 4,000. */
  textBytesMax: 64 * 1024,
  jobIdCharsMax: 64,
  voiceCharsMax: 128,
  queueJobsMax: 100,
  /** When to come back after a full queue. */
  queueRetryMs: 5_000,
  jobActionsMax: 64,
  cueNameCharsMax: 64,
  /** Nesting of SSML; prosody in prosody in a paragraph is four. */
  ssmlDepthMax: 32,
  /** Marks and actions in one document; each mark is an event. */
  ssmlCuesMax: 256,
  breakMsMax: 10_000,
  /** Nesting of a JSON payload; deeper ones are nobody's job and cost stack. */
  jsonDepthMax: 16,
  jobTtlMsMax: 7 * 24 * 3600_000,
  jobTtlMsDefault: 60_000,
  /** A voice that has not given its first sound by then never will. */
  preparingMsMax: 10_000,
  /** Dedupe window: jobs whose last state is remembered. */
  jobsRememberedMax: 10_000,
  jobsRememberedMsMax: 24 * 3600_000,
  /** The ledger is rewritten without its dead records past this size. */
  ledgerBytesMax: 8 * 1024 * 1024,
  /** Utterance: PCM held by the stage ahead of the playhead. */
  utteranceMsMax: 15 * 60_000,
  captionLinesMax: 2,
  /** A sound file that a job names; 32 MB are 5 min of 16 bit stereo at 48 kHz. */
  audioBytesMax: 32 * 1024 * 1024,
  /** A source that has given nothing for so long is given up. */
  audioStallMsMax: 10_000,
  /** One part of a streamed job: its PCM, or its text as the vendor's protocol bounds it. */
  streamPartBytesMax: 64 * 1024,
  streamTextBytesMax: 1_000,
  /** What waits of one stream to be spoken: 65 s at 16 kHz, or a very long text. */
  streamBytesMax: 2 * 1024 * 1024,
  /** Streams that may have parts waiting at a time, the one being spoken included. */
  streamsMax: 8,
  /** Parts that came too early, and how long they wait for the one before them. */
  streamAheadMax: 16,
  streamGapMsMax: 200,
  /** A stream that has begun and gives nothing for so long is over. */
  streamIdleMsMax: 30_000,
  /** When to send a part again that had no room. */
  streamRetryMs: 1_000,
  frameLateMsMax: 20,
  /** One tier's file; the aim of a package is 25 MB a tier. */
  avatarBytesMax: 64 * 1024 * 1024,
  avatarManifestBytesMax: 256 * 1024,
  avatarIndexBytesMax: 4 * 1024 * 1024,
  /** Mattes, meshes, mouths: each part unpacked, whatever a file claims. */
  avatarPartBytesMax: 128 * 1024 * 1024,
  avatarSideMax: 4096,
  /** A minute of idle loop. */
  avatarFramesMax: 1_500,
  avatarShapesMax: 1_024,
  /** The idle loop and actions. */
  avatarClipsMax: 33,
  avatarSignaturesMax: 16,
  /** A network of studio lip-sync. */
  avatarNetworkBytesMax: 16 * 1024 * 1024,
  /** Of a package in one file. */
  avatarFilesMax: 64,
  /** A lease, a request for one, and the studio's answer. */
  licenceBytesMax: 8 * 1024,
  /** A third of it is left when renewal is due: 30 days without the studio. */
  licenceMs: 90 * 24 * 3600_000,
  /** A request for a lease that is carried to the studio by hand. */
  licenceRequestDaysMax: 30,
  /** How often a device that runs looks whether a lease was put in place. */
  licenceLookMs: 5_000,
  /** After a failure renewal is tried again within bounds that double, from and to these. */
  licenceAgainMsMin: 5 * 60_000,
  licenceAgainMsMax: 6 * 3600_000,
  /** The technician is warned so long before the end. */
  licenceWarnMs: 14 * 24 * 3600_000,
  /** Releases that a device knows: two of each avatar, and what is to come. */
  contentReleasesMax: 64,
  /** In one desired set. */
  contentAvatarsMax: 16,
  /** Releases that failed here and are remembered. */
  contentPoisonedMax: 64,
  /** After a failure the next attempt comes within bounds that double, from and to these. */
  contentAgainMsMin: 30_000,
  contentAgainMsMax: 3600_000,
  /** How often a newer release is looked for, where none is named. */
  contentCheckMs: 6 * 3600_000,
  /** How often the progress of a download is told. */
  contentReportMs: 5_000,
  /** What stays free beside twice the size of what is fetched, for logs and the next update. */
  contentReserveBytes: 64 * 1024 * 1024,
  /** A download is marked so often: what a power cut may cost. */
  contentMarkBytes: 1024 * 1024,
  /** Attempts in a row that brought nothing; the next turn of the keeper tries again. */
  contentAttemptsMax: 8,
  contentRetryMsMin: 1_000,
  contentRetryMsMax: 5 * 60_000,
  /** A server that gives less than `contentStallBytes` in this time has stalled (512 B/s). */
  contentStallMsMax: 30_000,
  contentStallBytes: 15 * 1024,
  contentRedirectsMax: 5,
  /** Metadata of a repository (runtime/content/trust): as python-tuf bounds it by default. */
  trustRootBytesMax: 512_000,
  trustTimestampBytesMax: 16_384,
  /** Snapshot and targets, each, and delegated lists together; 2 MB list some 6,000 files. */
  trustListBytesMax: 2_000_000,
  /** Roots that one refresh follows; the next goes on. */
  trustRootsMax: 64,
  /** Delegated roles that are asked for one file, and whose lists are kept (tuf-js: 32). */
  trustDelegationsMax: 32,
  /** All files of a package together, unpacked. */
  archiveBytesMax: 512 * 1024 * 1024,
  /** Unpacked to packed; a package's files are compressed already, so that 1.1 is usual. */
  archiveRatioMax: 20,
  /** Bytes that a decompressor may look back, and so keeps: zstd's default at level 19. */
  archiveWindowLog2Max: 23,
  /** The document that a fleet manager sends as `config/desired`. */
  configBytesMax: 64 * 1024,
  configVersionsPoisonedMax: 32,
  /** By then a device must have shown that it is reachable and visible under new settings. */
  probationMsMax: 90_000,
  /** For so long it must show it without a break. */
  probationMsMin: 5_000,
  /** Starts within the window under settings that are not proven: the last of them gives up. */
  trialStartsMax: 3,
  trialStartsWindowMs: 10 * 60_000,
  overrideMsMax: 7 * 24 * 3600_000,
  /** What a demo film says, in UTF-8: the vendor's bound of one text to a cloud session. */
  studioSentenceBytesMax: 4_000,
  /** Files of one customisation: a take, its sound, an idle clip, actions. */
  studioMaterialsMax: 64,
  /** One text to a cloud session, as the vendor's protocol bounds it. */
  cloudTextBytesMax: 4_000,
  /** One packet of live sound to a cloud session: 160 ms at 16 kHz. */
  cloudPcmBytesMax: 5_120,
  /** Drives of a session that wait for the one at hand. */
  cloudDrivesMax: 16,
  /** Nobody says anything for so long: the channel, and then the session, are closed. */
  cloudChannelSilenceMs: 3 * 60_000,
  cloudSessionSilenceMs: 10 * 60_000,
  /** Opening the stage of a session. */
  cloudOpeningMsMax: 60_000,
  /** Sessions that are over and can still be asked about, and for how long. */
  cloudSessionsRememberedMax: 1_000,
  cloudSessionsRememberedMs: 10 * 60_000,
  traceEventsMax: 1024,
  /** Long commands whose last word is remembered, and how long the broker keeps each. */
  commandsRememberedMax: 64,
  commandLifeSeconds: 24 * 3600,
  /** Events on disk while the broker is gone, and how long it keeps them for the fleet. */
  outboxEventsMax: 1_000,
  eventLifeSeconds: 7 * 24 * 3600,
  healthMs: 60_000,
  /** Opening screen, sound and avatar on the slowest board. */
  stageStartMsMax: 60_000,
  telemetryMs: 10_000,
  /** A picture that travels inside a message, in base64. */
  screenshotCharsMax: 200 * 1024,
  screenshotMsMax: 10_000,
  identifyMs: 30_000,
  reconnectMsMax: 5 * 60_000,
  reconnectMsMin: 1_000,
  /** A connection that ends earlier is a flap and counts as a failed attempt (mqtt.md). */
  connectionStableMsMin: 60_000,
  /** QoS 1 messages held in memory while the broker is gone. */
  publishesWaitingMax: 1_000,
  /** Messages in flight in each direction, as announced in CONNECT (mqtt.md). */
  messagesInFlightMax: 16,
  keepaliveSeconds: 30,
  sessionExpirySeconds: 7 * 24 * 3600,
} as const;

assert(limits.jobBytesMax <= limits.packetBytesMax, "a job must fit into a packet");
assert(limits.streamPartBytesMax * 2 < limits.packetBytesMax, "a part fits, also in base64");
assert(limits.streamPartBytesMax < limits.streamBytesMax, "a full part must have room");
assert(limits.textBytesMax < limits.jobBytesMax, "a full text must fit into a job");
assert(limits.jobTtlMsDefault <= limits.jobTtlMsMax, "the default life time must be a legal one");
assert(limits.preparingMsMax < limits.jobTtlMsDefault, "a job must outlive its preparation");
assert(limits.configBytesMax <= limits.jobBytesMax, "a configuration is read like a job");
assert(limits.cloudChannelSilenceMs < limits.cloudSessionSilenceMs, "the channel goes first");
assert(limits.probationMsMin < limits.probationMsMax, "probation can be passed");
assert(limits.licenceMs / 3 >= 30 * 24 * 3600_000, "a licence outlasts 30 days without studio");
assert(
  limits.contentReleasesMax >= 3 * limits.contentAvatarsMax,
  "each avatar of a set has room for a current, a previous and a coming release",
);
assert(limits.contentMarkBytes < limits.avatarBytesMax, "a large file is marked on its way");
assert(limits.archiveBytesMax >= 4 * limits.avatarBytesMax, "every tier has room in a package");
