"""Sentences to synthesise: our own templates, the CMU dictionary's words, and made-up words.

Nothing is taken from recorded prompts or documents, so no text of a benchmark is met in training.
"""

import random
import re

CMU_DICTIONARY = "/usr/share/festival/dicts/cmu/cmudict-0.4.out"

_FRAMES = """
the {n} {v} the {n} {p} a {a} {n}
{s} would {v} your {n} before {t}
could {s} {v} {d} {a} {n}, please?
there is a {n} {p} the {a} {n} {p} the {n}
when {s} {v} the {n}, {s} will {v} it {t}
please {v} the {a} {n} and {v} the {n} {p} it
{q} do {s} {v} {d} {n} {t}?
{t} {s} {v} {m} {n} and {m} {a} {n}
if the {n} is {a}, {v} the {m} {n} on the {a} side
{s} have never {v} such a {a} {n}
{d} {n} of {n} and {n} is {a} but {a}
{m} {a} {n} {p} the {n}, {m} {n} {p} the {n}
{q} {n} {v} more {n} than the {a} one?
thank you for the {n}; {s} {v} it {t}
it was {m} past {m} when {s} {v} the {n}
{s} think that {d} {n} should {v} {p} {n}
{w} {w} {w} {w} {w}
{w}, {w} and {w}
{m} {m} {m} {m} {m} {m}
{s} said {w} {w} to the {a} {w}
the {w} of {w} {v} {w} {t}
{d} {w} {p} {w} is {a}
""".strip().split("\n")

_WORDS = {
    "s": "i you we they he she everybody nobody somebody people my_father the_guide the_children",
    "d": "the a this that my your our their her his another every each some",
    "q": "why when how where what whom for_how_long with_whom",
    "t": """today tomorrow now again before_breakfast at_noon in_the_morning every_week on_Monday
        on_Wednesday after_Friday in_January until_March at_once by_themselves much_later for_free
        for_a_moment in_February this_summer above_all""",
    "p": "of in on under behind above between with without before after from for about near over",
    "m": """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifty
        sixteen seventy eighteen ninety twenty-five forty-one sixty-six hundred thousand million
        zero both half first fifth several""",
    "a": """big small warm brown blue purple famous empty deep quiet very_old rather_simple modern
        smooth lovely public broken heavy thick thin cheap friendly golden early rough wooden
        beautiful remarkable comfortable impossible probable fresh bright foreign young strange
        large yellow round narrow humble amber vague jumbled awful""",
    "v": """open moved bring leave paint visit remember follow build ask choose find give help join
        keep lift make need offer pay push reach save take use watch forgive compare improve
        measure finish believe combine arrive examine shape jump drop perform prove laugh breathe
        thank mention rub warm""",
    "n": """museum ticket window garden painting river bottle paper summer morning library bridge
        kitchen village camera apple pepper umbrella problem family member number company garage
        picture machine shoe fish church voyage pleasure language mouth bathroom thumb path father
        weather leather feather vase coffee elevator floor roof leaf video movie bread market map
        boat lamp room farm form film spoon group shop step pump bulb baby rubber cabbage cupboard
        heart girl bird world work water wall flower house cow mountain town toy boy oil coin
        voice child light night time life eye day table rain lake coat road stone home book foot
        wood sugar moon blue_sky school music train station doctor zoo orange king ring song
        morning_bell bank anchor judge age cage square chair year beer tour pure_air""",
}
_CHOICES = {
    key: [w.replace("_", " ") for w in words.split()] for key, words in _WORDS.items()
}

# Transparent spellings: what a made-up word of the language may be built from.
_SYLLABLES = {
    "it": ("b c d f g l m n p r s t v z gl gn sc br tr pr st sp fr cr qu ch gh mb", "a e i o u"),
    "fi": ("h j k l m n p r s t v d mm pp kk ll tt nn ss", "a e i o u y ä ö aa ee ii uu ie uo"),
    "cs": ("b c č d f g h ch j k l m n ň p r ř s š t v z ž pr st tr bl", "a e i o u y á é í ou ů"),
    "ca": ("b c d f g j l m n p r s t v x ll ny br tr pr mp qu", "a e i o u à é ó"),
    "ru": ("б в г д ж з к л м н п р с т ф х ц ч ш щ бр пр ст", "а е и о у ы э ю я"),
    "hi": ("क ख ग च ज ट ड त द न प ब म य र ल व श स ह भ", "ा ि ी ु ू े ो ै ौ"),
    "mr": ("क ख ग च ज ट ड त द न प ब म य र ल व श स ह भ", "ा ि ी ु ू े ो"),
    "te": ("క గ చ జ ట డ త ద న ప బ మ య ర ల వ శ స హ", "ా ి ీ ు ూ ె ే ొ ో"),
    "es": ("b c d f g j l m n p r s t v z ll ñ ch br tr pr mb qu", "a e i o u á ó ue ie"),
    "de": ("b d f g h k l m n p r s t w z sch pf st br tr sp ch", "a e i o u ä ö ü ei au eu"),
    "fr": ("b c d f g j l m n p r s t v ch gn br tr pr", "a e i o u é è ou on an in oi eu"),
    "pt": ("b c d f g j l m n p r s t v z ch lh nh br tr", "a e i o u ã é ó ei ou"),
    "pl": ("b c d f g h j k l ł m n ń p r s ś t w z ż sz cz rz dz", "a e i o u y ą ę ó"),
    "tr": ("b c ç d f g h j k l m n p r s ş t v y z", "a e ı i o ö u ü"),
    "nl": ("b d f g h j k l m n p r s t v w z sch st", "a e i o u aa ee ie oo oe ui ij"),
    "sv": ("b d f g h j k l m n p r s t v sk st br", "a e i o u y å ä ö"),
    "id": ("b c d f g h j k l m n p r s t w y ng ny", "a e i o u"),
    "ro": ("b c d f g h j l m n p r s ș t ț v z", "a e i o u ă â"),
    "hu": ("b c d f g h j k l m n p r s sz t v z zs gy cs", "a á e é i o ö u ü"),
    "sw": ("b ch d f g h j k l m n p r s t v w y z mb nd", "a e i o u"),
}
LANGUAGES = tuple(_SYLLABLES)

# Mandarin for espeak-ng: characters of daily use, in random order.
_HANZI = """
你好我们的博物馆在左边请看这里有很多画票多少钱今天明天下午三点开门欢迎光临谢谢老师学生朋友先生小姐
水火山石田土日月星云雨风花草树木鸟鱼马牛羊狗猫米面包茶饭菜肉果红黄蓝白黑大小高低长短新旧东西南北春夏
秋冬年月日时分秒一二三四五六七八九十百千万电话手机车站飞机火车地铁公司医院学校图书城市国家世界历史
文化音乐跳舞唱歌读书写字说话听见知道喜欢爱想要可以能够必须应该因为所以但是如果虽然比较非常特别
""".replace("\n", "")


class Texts:
    """An endless, seeded source of sentences."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._words = _dictionary()

    def english(self):
        frame = self._random.choice(_FRAMES)
        text = re.sub(r"\{(\w)\}", lambda match: self._word(match[1]), frame)
        return text[0].upper() + text[1:] + ("" if text[-1] in "?!" else ".")

    def of(self, language):
        if language == "en":
            return self.english()
        if language == "cmn":
            size = self._random.randint(6, 20)
            return "".join(self._random.choice(_HANZI) for _ in range(size)) + "。"
        words = [self._made_up(language) for _ in range(self._random.randint(4, 9))]
        if len(words) > 5 and self._random.random() < 0.5:
            words[2] += ","
        return " ".join(words) + "."

    def _word(self, kind):
        return self._random.choice(self._words if kind == "w" else _CHOICES[kind])

    def _made_up(self, language):
        onsets, cores = (letters.split() for letters in _SYLLABLES[language])
        size = self._random.choice((1, 2, 2, 3, 3, 4))
        parts = [self._random.choice(onsets) + self._random.choice(cores) for _ in range(size)]
        indic = language in ("hi", "mr", "te")
        if not indic and self._random.random() < 0.3:
            parts.append(self._random.choice([o for o in onsets if len(o) == 1]))
        return "".join(parts)


def _dictionary():
    with open(CMU_DICTIONARY, encoding="latin1") as lines:
        words = (re.match(r'\("([a-z]{3,11})" ', line) for line in lines)
        return sorted({match[1] for match in words if match})
