"""The words that a circular itself uses for groups and grades: 综合监管类（18个）, 分为“好、较好、一般”三档, 红榜."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise, zip_longest

from analysis.exchange.circulars.language import SUFFIXES, Terms, Words, load
from analysis.exchange.circulars.names import is_name, names_after
from analysis.exchange.circulars.numerals import COUNT, NUMBER, NUMERAL
from analysis.exchange.circulars.text import CircularText, Segment
from analysis.exchange.circulars.whose import explain

_WORD = "“?[一-鿿A-E]{1,8}?”?"
_STEPS = rf"(?:{NUMERAL}|[1-9])个?(?:等次|等级|档次|档|级别|格次|层次)"
_SCALES = (
    re.compile(rf"(?:分为?|设|设置|划分为|评定为)“?(?P<words>{_WORD}(?:(?:、|和|及){_WORD})+){_STEPS}"),
    re.compile(rf"{_STEPS}[，：](?:分别|依次)?(?:是|为|即)?(?P<words>{_WORD}(?:(?:、|和|及){_WORD})+)(?=[，。；\n])"),
)
"""Sentences that say which grades there are."""
_QUOTED = re.compile(
    "“(?P<word>[一-鿿A-E]{1,8})”(?:等次|等级|档次?|格次)|(?:综合评价|评价等级为?|评价结果为?|考核结果为?|以上为|以下为|分为)“(?P<word2>[一-鿿]{1,6})”"
)
_HONOUR = re.compile(
    "(?:命名|授予|认定|确定)[^。；]{4,400}?为(?:20\\d\\d年度?)?(?:全[市省县区州])?(?P<word>[一-鿿]{2,10}(?:示范|先进|优秀|达标|文明)(?:单位|县|市|区|地区|乡镇|街道|村|学校))(?=[，。；\n])"
)
_PLACE = re.compile("[一-鿿]{2,8}：")
_NAMED = re.compile(
    "(?:(?<=[。；，在])|(?<=\\n)|(?<=^))(?P<word>[^的为在，。；：\\n\\d]{2,14}(?:机构|单位|企业|新区|部门|(?<![查导访评审验小])组))中，"
)
"""Of whom a sentence speaks: 市直公共机构中，."""
_NUMBERED = re.compile("^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
_LABEL = re.compile(r"(?P<word>[一-鿿A-E]{1,10})(?:（[^（）：]{1,24}）|\d+[个家])?[：]")
"""What stands before names in a line of its own."""
_QUOTED_LABEL = re.compile("“(?P<word>[一-鿿]{2,10})”：")
_NO_GRADE = re.compile(
    "文号|索引|机构|日期|得分|平均|其中|附件|^注$|单项|联系|时间|来源|电话|名单|地址|单位$|部门$|前.|后.|责任|主任|^[省市县区]"
)
_GROUP_LABEL = re.compile(
    "(?P<word>(?!.*(?:责任|前.|后.|名的|得分|牵头|配合|联系|主办|获奖|下列|以下|存在|抄送|参评|表扬|批评|其他|问题|推荐))[一-鿿（）]{2,16}(?:部门|单位|机关|机构|地区|企业|行业|序列|系统|系列|战线|组|组织|类))："
)
"""What stands before names and is no grade."""
_POPULATION = re.compile(
    rf"(?P<word>[^：，。；\n\t“”]{{2,20}}?)（(?:[^（）：。]{{2,24}}，)?(?:共|计)?{COUNT}[个家所户]）"
)
"""Who there is, and how many: 综合监管类（18个）."""
_ENUMERATED = re.compile(
    rf"(?:(?<=为)|(?<=成)|(?<=包括)|(?<=、))[一-鿿]{{2,16}}（{COUNT}[个家]）(?:[、和][一-鿿]{{2,16}}（{COUNT}[个家]）)+"
)
"""How all are divided: 重点开发区县（40个）、农产品主产区县（45个）."""
_ASSESSED = re.compile(
    "(?P<word>[A-E一二三四]类(?:县（市、区）|县（市）|县市区|县区|区县|县市|县|市|区|乡镇|街道|企业|单位|部门|学校|医院))(?:考核|评价|评估|考评|得分|排名|平均|结果)"
)
"""What has results of its own is a group: 8个A类县（市）评价结果依次为."""
_KINDS = "部门|单位|机关|企业|行业|学校|医院|网站|园区|开发区|县域|城市|[市县区]|街道|乡镇|镇|序列|系列|系统|类"
"""What words end in that are groups where they stand before what all of them have."""
_OF_ALL = re.compile(
    rf"(?<!等){COUNT}[个家所](?P<word>(?!被|参|受|单位|考核|考评|评估|评价|成员)[一-鿿（）、]{{2,18}}?(?:{_KINDS}))"
    "(?=(?:的?(?:平均|综合|绩效))?(?:得分|分数|成绩|考核|考评|评价|评估|评议|测评|排名)|由[好优高]|按|依据)"
)
"""Who has an average, or ranks: 24个区属党群政法部门平均得分96分."""
_DIVIDED = re.compile(
    "(?P<all>\\d+)[个家所户][一-鿿]{0,8}(?:，|。|（)?(?:其中)?[，：]?"
    "(?P<parts>(?:[一-鿿]{2,18}(?:（[市县区州旗乡镇街道、]{1,10}）)?\\d+[个家所户][、，；和]?){2,10})"
)
"""Who all are, where the parts make the whole: 共136个（市直部门30个、区直部门106个）."""
_ALIKE = re.compile(
    rf"(?<![^。；，”\n])(?P<word>[^。；，：“”\n\d]{{2,24}}?(?:{_KINDS}))(?:绩效|考核|评估|评价|综合)*(?:得分|排名|成绩)+(?:前|居前|列前){COUNT}[名位]"
)
"""What stands in the same place of several sentences: 甲类得分前3名是…；乙类得分前3名是…."""
_COUNTED = re.compile(f"(?:其中|；)：?(?P<word>[一-鿿]{{2,14}}){COUNT}[个家]：")
"""Groups of a grade, each with its units: 其中城市主城区4个：甲区；重点开发区县5个：乙县."""
_COUNTED_QUOTES = re.compile(rf"{COUNT}个“(?P<word>[一-鿿]{{4,16}})”")
_AWARDED_TO = re.compile(
    rf"等{COUNT}[个家所][一-鿿]{{0,6}}为(?:20\d\d年度?)?“?(?P<word>[一-鿿]{{4,24}}(?:单位|镇街|企业|集体|学校|[县区市镇村]|社区))”?(?=[，。；])"
)
"""丙镇等4个镇为2033年度统计工作表扬镇街."""
_NAMED_AWARDS = re.compile(
    "(?<![^，。；、])(?P<word>[一-鿿]{4,20}(?:先进|优秀|示范|进步|优胜)(?:县|市|区|单位|集体|部门|乡镇|街道))(?:为|是|：)(?=[一-鿿])"
)
"""Prizes for different things: 8个“甲先进县”，8个“乙进步县”; 乡村振兴先进县为甲县，招商引资先进县为乙县."""
_QUOTED_KINDS = re.compile("(?:“[一-鿿]{2,8}”、?){2,6}(?=(?:设置|评选|奖项|称号|三类|两类|分别))")
_KIND = re.compile(
    "(?:系统|序列|系列|战线|片区|板块|类|组|口|(?<![奖秀良优进胜范明标])(?:政府|单位|部门|机关|地区|园区|街道|乡镇|企业|学校|医院))$"
)
"""What a heading ends in that is a group even where nothing but names stand below."""
_NO_GROUP = re.compile(rf"名单|信息员|指标|得分|问题|[奖牌旗榜]$|^.是|[★☆]|(?:{SUFFIXES})）?、")


_AWARDED = re.compile(
    "(?:授予|颁授|获授|荣获|获评|获得|喜获|评为|命名为?|确认|认定|入围|入选|列为|拟列为)[^。；\\n“”]{0,400}?“(?P<word>[一-鿿\\dA]{2,36})”"
)
"""What is awarded: 授予甲市“一星平安鼎”，乙市“平安鼎”."""
_MORE = re.compile("[，、；](?:授予)?[一-鿿（）、\\d]{2,200}?“(?P<word>[一-鿿\\dA]{2,36})”")
_PRIZE_HEAD = re.compile("(?:20\\d\\d年度?)?(?:全[市省县区州])?[一-鿿]{0,24}?(?P<word>[一-鿿]{4}奖)[：]?")
_PRIZE = re.compile(
    "(?:获|获得|喜获|荣获|评为|授予)[^，。；、“”\\n]{0,40}?(?P<word>[一-鿿]{2}奖)(?=[，。；：的\\n]|单位|$)"
)


_PART = re.compile(rf"(?:其中)?(?P<word>[一-鿿]{{2,16}}?)(?:指标{COUNT}项|(?:指标)?占比?{NUMBER}%)")
"""How many of a group's indicators there are of a part: 督导平台评价指标52项, 工作资料评判占比70%."""
_COMPONENTS = re.compile(
    "(?:考核|考评|评价|评估)(?:方式|内容|体系)(?:主要)?(?:包括|分为|由)：?(?P<words>[一-鿿、]{2,16}(?:（[^（）]{2,16}）)?"
    "(?:[、和及][一-鿿]{2,16}?(?:（[^（）]{2,16}）)?)+)(?:[一二两三四五六]?(?:个?(?:部分|方面)|项))?(?:组成|构成)?(?=[，。；])"
)
"""What is assessed: 考核方式主要包括：日常评价、督察考评和加减分评定."""


def find_terms(text: CircularText, words: Words) -> Terms:
    """Find the groups, grades, parts and components that a circular names itself.

    Examples
    --------
    >>> find_terms(CircularText("评议结果分“好、较好、一般、差”四档。"), Words({})).grades
    ('好', '较好', '一般', '差')
    >>> find_terms(CircularText("一、粮食主产县（6个）。平均90分"), Words({})).groups
    ('粮食主产县',)
    >>> find_terms(CircularText("考核方式包括：平时考核、年终考核和加减分。"), Words({})).components
    ('平时考核', '年终考核', '加减分')
    >>> find_terms(CircularText("对区县考核的三级指标为9项，其中平台指标5项，日常指标4项。"), Words({})).parts
    ('平台', '日常')
    """
    grades = [
        *_find_scales(text.clean),
        *_find_honours(text.clean),
        *_find_quoted(text.clean),
        *_find_awards(text, words),
        *_find_labels(text, words),
        *_find_heads(text, words),
    ]
    found = _find_groups(text, words), grades, _find_parts(text, words), _find_components(text.clean)
    return Terms(*(tuple(dict.fromkeys(each)) for each in found))


def _find_parts(text: CircularText, words: Words) -> Iterator[str]:
    for told in words.pattern(load("rules.yml")["sentences"]["indicators"]).finditer(text.clean):
        yield from (found["word"] for found in _PART.finditer(told["rest"]))


def _find_components(clean: str) -> Iterator[str]:
    for told in _COMPONENTS.finditer(clean):
        yield from re.split("[、和及]", re.sub("（[^（）]*）", "", told["words"]))


def _find_scales(clean: str) -> Iterator[str]:
    for scale in _SCALES:
        for found in scale.finditer(clean):
            yield from re.findall("[一-鿿A-E]+", re.sub("[和及]", "、", found["words"]))


def _find_quoted(clean: str) -> Iterator[str]:
    yield from (found["word"] or found["word2"] for found in _QUOTED.finditer(clean))
    for pattern in (_COUNTED_QUOTES, _NAMED_AWARDS):
        yield from _several(found["word"] for found in pattern.finditer(clean))
    for kinds in _QUOTED_KINDS.finditer(clean):
        yield from re.findall("[一-鿿]+", kinds[0].split("设置")[0])


def _find_honours(clean: str) -> Iterator[str]:
    """命名甲县、乙局为2029年度依法行政示范单位."""
    return (found["word"] for found in _HONOUR.finditer(clean))


def _find_awards(text: CircularText, words: Words) -> Iterator[str]:
    """授予甲市“一星平安鼎”，乙市“平安鼎”；丙市获进位奖 — unless it is a grade with what the notice is about."""
    awards = [found["word"] for found in _PRIZE.finditer(text.clean)]
    heads = dict.fromkeys(head for line in text.segments for _, head in line.above)
    awards += [found["word"] for found in map(_PRIZE_HEAD.fullmatch, heads) if found]
    titles = (found["word"] for found in _AWARDED_TO.finditer(text.clean))
    awards += _several(title for title in titles if not words.pattern("<组><等次>(?:<成员>)?").fullmatch(title))
    place = 0
    for found in _AWARDED.finditer(text.clean):
        if found.start() < place:  # read with those before it
            continue
        awards.append(found["word"])
        place = found.end()
        while more := _MORE.match(text.clean, place):
            awards.append(more["word"])
            place = more.end()
    awards = list(dict.fromkeys(_bare_award(award, text.clean) for award in awards))
    for award in awards:
        known = words.pattern("<等次>(?:<成员>)?$").search(award)
        if not known or len(awards) > 1 or explain(award[: known.start()], words).other:
            yield award


def _bare_award(award: str, clean: str) -> str:
    """Take from an award's name the year, and the place whose government gives it: 2032年度临江市信访工作优秀单位."""
    bare = re.sub("^20\\d\\d年度?", "", award)
    place = re.match("[一-鿿]{2,4}?[省市县区州](?=[一-鿿]{4})", bare)
    bare = bare.removeprefix(place[0]) if place and place[0] + "人民政府" in clean else bare
    return re.sub("^(?:20\\d\\d年度?)?(?:全[省市县区州])?", "", bare)


def _find_labels(text: CircularText, words: Words) -> Iterator[str]:
    """Find what stands before the names of lines under one heading, where one of it is known for a grade."""
    for _, run in groupby(text.segments, key=lambda each: each.above[:1]):
        labels = [found["word"] for segment in run if (found := _LABEL.match(text.clean, segment.start, segment.end))]
        labels = [label for label in labels if not _NO_GRADE.search(label) and not _is_group(words, label)]
        known = [label for label in labels if words.pattern("“?<等次>”?<档>?(?:<组>|<成员>)?").fullmatch(label)]
        if len(set(labels)) > 1 and known:
            yield from (re.sub("(?:等次|等级|档次|单位)$", "", label) for label in labels if label not in known)
    again = Counter(label for line in text.segments if (label := _label_of_names(text, line, words)))
    yield from (label for label, times in again.items() if times > 1)


def _label_of_names(text: CircularText, line: Segment, words: Words) -> str:
    """Return what a line says before nothing but names: “最洁净村庄”：甲村."""
    found = _QUOTED_LABEL.match(text.clean, line.start, line.end)
    return found["word"] if found and _ends_in_names(text, found.end(), line.end, words) else ""


def _find_heads(text: CircularText, words: Words) -> Iterator[str]:
    """Find headings with a count over nothing but names: 激励市（2个）."""
    for head, below in pairwise(text.segments):
        found = _POPULATION.fullmatch(text.clean, head.start, head.end)
        word = found["word"] if found else ""
        outer = any(words.pattern("<等次>").search(line) for _, line in head.above[:-1])
        if (
            word
            and not outer
            and not _KIND.search(word)
            and not _is_known(words, word)
            and _are_names(text, below, words)
        ):
            yield word


def _is_known(words: Words, word: str) -> bool:
    return any(words.pattern(what).fullmatch(word) for what in ("各?<组>", "<等次>(?:<成员>|<另一组>)*"))


def _are_names(text: CircularText, segment: Segment, words: Words) -> bool:
    start = segment.start
    label = _PLACE.match(text.clean, start, segment.end)  # 甲市：乙县、丙县
    start = label.end() if label and is_name(label[0][:-1], words) else start
    return not segment.cells and _ends_in_names(text, start, segment.end, words)


def _ends_in_names(text: CircularText, start: int, end: int, words: Words) -> bool:
    """Say whether nothing but names stands between two positions."""
    names = names_after(text.clean, start, end, words)
    return bool(names) and names[-1].end >= end - 1


def _is_group(words: Words, label: str) -> bool:
    return words.pattern("各?<组>").search(label) is not None


def _find_labelled(text: CircularText, words: Words) -> Iterator[str]:
    """Find groups that stand as labels before lines of names: 司法执法监督部门：甲局、乙局."""
    for segment in text.segments:
        label = _GROUP_LABEL.match(text.clean, segment.start, segment.end)
        if label is None or words.pattern("<等次>").search(label["word"]) or _is_one(label["word"], words):
            continue
        if _ends_in_names(text, label.end(), segment.end, words):
            yield label["word"]


def _is_one(label: str, words: Words) -> bool:
    """Say whether a label is one unit, not several with one name: 省纪委及省委工作机构."""
    return is_name(label, words) and not re.search("[及和]", label)


def _find_groups(text: CircularText, words: Words) -> Iterator[str]:
    yield from _find_labelled(text, words)
    parts = [part for series in _ENUMERATED.finditer(text.clean) for part in re.findall("([一-鿿]+)（", series[0])]
    parts += [found["word"] for found in _COUNTED.finditer(text.clean)]
    yield from (part for part in parts if not words.pattern("<等次>").search(part))
    yield from (found["word"] for found in _ASSESSED.finditer(text.clean))
    yield from _find_divisions(text.clean, words)
    alike = _several(found["word"] for found in _ALIKE.finditer(text.clean))
    told = [*(found["word"] for found in _OF_ALL.finditer(text.clean)), *alike]
    yield from (word for word in told if not _is_known(words, word))
    for segment, below in zip_longest(text.segments, text.segments[1:]):
        if segment.cells:
            continue
        found = _POPULATION.match(text.clean, segment.start, segment.end)
        word = _NUMBERED.sub("", found["word"]) if found else ""
        if (
            word
            and (below is None or _KIND.search(word) or not _are_names(text, below, words) or _is_known(words, word))
            and not _NO_GROUP.search(word)
            and not _is_graded(text, segment, word, words)
        ):
            yield word
        yield from _joined(segment, words)
        for named in _NAMED.finditer(text.clean, segment.start, segment.end):
            if not words.pattern("各?<组>").search(named["word"]):
                yield named["word"]


def _several(words: Iterable[str]) -> list[str]:
    """Return words that stand in the same place, if they are more than one: each is told from the others by it."""
    found = list(dict.fromkeys(words))
    return found if len(found) > 1 else []


def _find_divisions(clean: str, words: Words) -> Iterator[str]:
    for found in _DIVIDED.finditer(clean):
        parts = re.findall("([一-鿿（）、]+?)(\\d+)[个家所户][、，；和]?", found["parts"])
        if sum(int(count) for _, count in parts) != int(found["all"]):
            continue
        for word, _ in parts:
            is_unit = is_name(word, words) and not word.endswith("网站")
            if re.search(f"(?:{_KINDS})$", word) and not is_unit and not words.pattern("<等次>").search(word):
                yield word


def _is_graded(text: CircularText, segment: Segment, word: str, words: Words) -> bool:
    """Say whether a word with a count is a grade; A类 is a group where other grades stand below it."""
    grade = words.pattern("<等次>").search(word)
    if grade is None or not words.pattern("<组>").fullmatch(word):
        return grade is not None
    below = [each for each in text.segments if each.start > segment.start and each.above == segment.above]
    others = {
        found[0] for each in below for found in words.pattern("<等次>").finditer(text.clean, each.start, each.end)
    }
    return all(other[-1] == word[-1] for other in others)


def _joined(segment: Segment, words: Words) -> Iterator[str]:
    """Two groups in one heading are one of their own: 县（市、区）和功能区."""
    for _, line in segment.above:
        if words.pattern("<组>(?:(?:和|及|、)<另一组>)+").fullmatch(line):
            yield line
