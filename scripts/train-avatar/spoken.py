"""What a photo says in its take: sentences with every mouth shape, by the house's own voice."""

import subprocess

SENTENCES = (
    "Good morning, and welcome.",
    "My name is not important, but I am happy to help you.",
    "The museum is open from five in the morning until half past eight.",
    "Please take the lift to the second floor, and turn left at the yellow door.",
    "Which of these would you choose: the blue one, the brown one, or the white one?",
    "Five very old maps of the village hang above the fireplace.",
    "Both of them thought that the third path was rather long.",
    "She sells fresh fish, cheese and cherries at the shop by the shore.",
    "Go through the big gate, keep to the right, and you cannot miss it.",
    "Would you like a cup of coffee, or a glass of cool water?",
    "Our yoga teacher usually joins us on Tuesday or on Thursday.",
    "I am sorry, I did not hear you; could you say that once more?",
    "Thank you for your visit, and have a wonderful evening.",
)
PAUSE_MS = 400
LEAD_SECONDS = 1.0


def speak(path, rate):
    """Writes the sentences as a WAV file of 16 bit mono at `rate`, a second of silence first."""
    text = f'<break time="{PAUSE_MS}ms"/>'.join(SENTENCES)
    voice = ["espeak-ng", "-v", "en-us", "-s", "150", "-m", "--stdout", f"<speak>{text}</speak>"]
    said = subprocess.run(voice, capture_output=True, check=True).stdout
    lead = f"adelay={round(LEAD_SECONDS * 1000)}:all=1,apad=pad_dur={LEAD_SECONDS}"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", "-", "-af", lead, "-ac", "1"]
    command += ["-ar", str(rate), "-c:a", "pcm_s16le", "-fflags", "+bitexact", str(path)]
    subprocess.run(command, input=said, check=True)
