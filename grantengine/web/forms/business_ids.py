"""What forms with a business ID that may be left empty have in common."""

from stdnum.fi import ytunnus
from wtforms import StringField
from wtforms.validators import ValidationError

from grantengine.web.i18n import _


class BusinessIdForm:
    """Checks the field `business_id` of the form that it is mixed into, and reads it."""

    business_id: StringField

    def validate_business_id(self, field: StringField) -> None:
        """Refuse a number that cannot be one."""
        if field.data and not ytunnus.is_valid(field.data):
            raise ValidationError(_("This is not a Finnish business ID."))

    @property
    def business_id_typed(self) -> str | None:
        """Give the number as it is written everywhere else; None if it was left empty."""
        if not self.business_id.data:
            return None
        number: str = ytunnus.compact(self.business_id.data)
        return f"{number[:7]}-{number[7:]}"
