"""What can be wrong with the fields of a person, as somebody typed them."""

from volunteer_credit.shared.errors import BadRequestError, RefusedError


class NameLengthError(BadRequestError):
    """No name, or none that anybody has."""

    code = "name_length"
    en = "A name has 1 to {count_max} characters; this one has {count}."
    zh = "姓名应为 1 至 {count_max} 个字，现为 {count} 个。"


class TextLengthError(BadRequestError):
    """More than a field holds."""

    code = "text_length"
    en = "{field} holds at most {count_max} characters; this has {count}."
    zh = "{field} 最多 {count_max} 个字，现为 {count} 个。"


class TextCharacterError(BadRequestError):
    """A character that no one can see, or that is none."""

    code = "text_character"
    en = "{field} holds an invisible or unknown character (number {position}); type it again."
    zh = "{field} 的第 {position} 个字符不可见或无法识别，请重新输入。"


class FieldUnknownError(BadRequestError):
    """A field that the law's list does not have."""

    code = "person_field_unknown"
    en = "There is no field {field}; nothing else about a person is kept."
    zh = "没有 {field} 这一项；个人资料只保存规定的项目。"


class FieldKindError(BadRequestError):
    """A text where a list belongs, or the other way round."""

    code = "person_field_kind"
    en = "{field} cannot be read; give it as the form does."
    zh = "{field} 无法读取，请按表格填写。"


class PhoneError(BadRequestError):
    """Not a mobile number of the mainland."""

    code = "phone_form"
    en = "A mobile number has 11 digits and begins with 1; write a landline under 'reach'."
    zh = "手机号为 11 位数字，以 1 开头；固定电话请填在“其他联系方式”。"


class IdNumberError(BadRequestError):
    """Not of the form of an ID number."""

    code = "id_number_form"
    en = "An ID number has 18 characters with a real birthday inside; compare it with the card."
    zh = "身份证号码为 18 位，其中含真实的出生日期；请与证件核对。"


class IdNumberCheckError(BadRequestError):
    """Its last character does not follow from the others."""

    code = "id_number_check"
    en = "The last character of this ID number does not fit the others; compare it with the card."
    zh = "身份证号码的最后一位与前面不符，请与证件核对。"


class IdNumberBirthDayError(BadRequestError):
    """ID number and birthday contradict each other."""

    code = "id_number_birth_day"
    en = "The birthday differs from the one in the ID number; compare both with the card."
    zh = "出生日期与身份证号码中的不一致，请与证件核对。"


class VolunteerNumberError(BadRequestError):
    """Not a number that a national system gives."""

    code = "volunteer_number_form"
    en = "A volunteer number has 6 to 24 letters and digits."
    zh = "志愿者编号为 6 至 24 位字母或数字。"


class BirthDayError(BadRequestError):
    """No day of the calendar, or nobody's birthday."""

    code = "birth_day"
    en = "A birthday is a past day written YYYYMMDD, at most {years_max} years ago."
    zh = "出生日期应写作 YYYYMMDD，且不晚于今天、不早于 {years_max} 年前。"


class SexError(BadRequestError):
    """Neither of the codes."""

    code = "sex_code"
    en = "Choose female or male, or leave it empty."
    zh = "性别请选择女或男，也可不填。"


class UnreachableError(RefusedError):
    """Nobody could tell this person anything."""

    code = "person_unreachable"
    en = "Give a mobile number or another way to be reached, such as a neighbour or the desk."
    zh = "请填写手机号，或其他联系方式（如邻居、社区服务台）。"
