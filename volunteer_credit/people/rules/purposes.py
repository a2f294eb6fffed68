"""What a person may agree to, each with the words that are shown; declining costs nothing basic.

A consent holds for one version of its text. Whoever changes a text raises its version, and every
person is asked again. Law: PIPL 13-17, 23, 25, 28-31; order 67 of civil affairs, 6 and 16.
"""

from dataclasses import dataclass

ALWAYS, UNDER_14 = "always", "under_14"
PERSON, COMMUNITY, ORGANISATION = "person", "community", "organisation"
NO_SUBJECT = "-"
AGE_OWN_CONSENT_YEARS = 14


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose, and the text that a person agrees to.

    `subject`: what one consent covers: the person everywhere, one community, one organisation.
    `guardian`: whose consent it is: a guardian's `always`, or only for persons `under_14`.
    `opens`: what stays closed without it. No basic action is ever among these.
    `fields`: what of the vault may be kept with this consent only, and goes when it is withdrawn.
    """

    code: str
    version: int
    subject: str
    guardian: str
    opens: tuple[str, ...]
    fields: tuple[str, ...]
    zh: str
    en: str


_ALL = (
    Purpose(
        code="public_notice",
        version=1,
        subject=COMMUNITY,
        guardian=UNDER_14,
        opens=("name_on_public_notice",),
        fields=(),
        zh=(
            "同意后，社区公示服务时长时会写出您隐去一字的姓名（如“王○”）和志愿者编号。"
            "不同意也一样记时长、得积分，公示只写“一位志愿者”。随时可以撤回，撤回后不再写出。"
        ),
        en=(
            "If you agree, the community's public notices of hours show your name with a part "
            "hidden, and your volunteer number. If you do not, your hours and points are the same "
            "and the notice says “a volunteer”. You may withdraw at any time."
        ),
    ),
    Purpose(
        code="minors",
        version=1,
        subject=PERSON,
        guardian=ALWAYS,
        opens=("minor_takes_part",),
        fields=(),
        zh=(
            "孩子未满18周岁，须由监护人同意才能参加志愿服务并留下记录。我们只记姓名、出生日期、"
            "联系方式和服务记录；未满14周岁的只通过监护人的账户。不公布孩子姓名，不做排名，"
            "工作人员每次查看都要写明原因并留痕。监护人随时可以查看、更正、撤回；撤回后孩子"
            "不再参加新的活动，已有时长保留。"
        ),
        en=(
            "A child under 18 takes part and has records only if a guardian agrees. We keep name, "
            "date of birth, a way to reach you, and the service records; under 14 only through the "
            "guardian's account. No child's name is published or ranked, and whoever of staff "
            "looks must say why. You may see, correct or withdraw at any time; then the child "
            "joins nothing new, and hours given so far are kept."
        ),
    ),
    Purpose(
        code="national_export",
        version=1,
        subject=PERSON,
        guardian=UNDER_14,
        opens=("export_to_national_system",),
        fields=(),
        zh=(
            "同意后，我们把您的基本信息和服务记录报送民政部门的全国志愿服务信息系统，由其依法"
            "处理。不同意，时长仍保存在本社区，也能开具证明。撤回后不再报送新记录；已报送的，"
            "我们告诉您向谁申请删除。"
        ),
        en=(
            "If you agree, your basic data and service records are sent to the national volunteer "
            "service system of civil affairs, which handles them under the law. If you do not, "
            "your hours stay here and certificates are issued all the same. After a withdrawal "
            "nothing new is sent, and we tell you whom to ask about what was."
        ),
    ),
    Purpose(
        code="unit_receipt",
        version=1,
        subject=ORGANISATION,
        guardian=UNDER_14,
        opens=("receipt_to_unit",),
        fields=(),
        zh=(
            "同意后，您报到的单位会收到回执：您的姓名、活动名称、日期和时长，不含积分、电话和"
            "证件号码。不同意不影响服务和积分，您可以自己打印证明。随时可以撤回。"
        ),
        en=(
            "If you agree, the unit you report in from gets a receipt: your name, the activity, "
            "its day and your hours; no points, no phone, no ID number. If you do not, nothing "
            "changes for you, and you may print a certificate. You may withdraw at any time."
        ),
    ),
    Purpose(
        code="proxy_entry",
        version=1,
        subject=ORGANISATION,
        guardian=UNDER_14,
        opens=("entry_by_organisation",),
        fields=(),
        zh=(
            "同意后，活动组织单位可以替您录入服务记录（代录），每一条您都看得到，有错可以提出。"
            "不同意，您可以自己扫码或由社区窗口录入。随时可以撤回，已录入的记录保留。"
        ),
        en=(
            "If you agree, the organisation may enter your service records for you. You see every "
            "one and may object. If you do not, scan yourself or have them entered at the "
            "community's desk. You may withdraw at any time; records made till then are kept."
        ),
    ),
    Purpose(
        code="id_number",
        version=1,
        subject=PERSON,
        guardian=UNDER_14,
        opens=("id_number_kept",),
        fields=("id_number",),
        zh=(
            "身份证件号码属于敏感个人信息，只用于向全国系统报送和在证明上核对身份，加密保存，"
            "屏幕上只显示末四位，不写入二维码。可以不填。撤回后立即删除。"
        ),
        en=(
            "An ID number is sensitive. It serves only the national system and proving who a "
            "certificate is for; it is kept encrypted, shown by its last four digits, and never "
            "put in a code. You need not give it. If you withdraw it is deleted at once."
        ),
    ),
    Purpose(
        code="volunteer_number",
        version=1,
        subject=PERSON,
        guardian=UNDER_14,
        opens=("volunteer_number_kept",),
        fields=("volunteer_number",),
        zh=(
            "全国志愿者编号用于与全国系统对上您的记录，并在公示中代替证件号码。可以不填。"
            "撤回后立即删除。"
        ),
        en=(
            "Your national volunteer number matches your records with the national system and "
            "stands in public notices instead of an ID number. You need not give it. If you "
            "withdraw it is deleted at once."
        ),
    ),
    Purpose(
        code="location",
        version=1,
        subject=PERSON,
        guardian=UNDER_14,
        opens=("place_of_phone_at_check_in",),
        fields=(),
        zh=(
            "同意后，签到的那一刻记下手机的大致位置（约1公里），只用于核对是否到场，结算后30天内"
            "删除；不记录行踪轨迹。不同意，扫码或由带队人签到，一样有效。随时可以撤回。"
        ),
        en=(
            "If you agree, the moment of check-in keeps where your phone roughly is (about 1 km), "
            "only to see that you were there, deleted within 30 days of settlement; never a track. "
            "If you do not, scan or be checked in by the lead; it counts the same. You may "
            "withdraw at any time."
        ),
    ),
)

PURPOSES = {each.code: each for each in _ALL}


def guardian_gives(purpose: Purpose, age_years: int | None) -> bool:
    """Whether only a guardian may give this consent. Without a date of birth a person is adult."""
    if purpose.guardian == ALWAYS:
        return True
    return age_years is not None and age_years < AGE_OWN_CONSENT_YEARS


def still_holds(purpose: Purpose, text_version: int, withdrawn_at_ms: int | None) -> bool:
    """Whether a consent counts: not withdrawn, and to the text as it is now."""
    return withdrawn_at_ms is None and text_version == purpose.version
