"""What campaigns are found by: their words in all languages, kept beside them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base

# PostgreSQL's name of the language whose words are cut to their stems.
STEMMING: sa.ColumnClause[str] = sa.literal_column("'finnish'")


class CampaignWords(Base):
    """The words of one campaign, folded so that both databases compare them alike."""

    __tablename__ = "campaign_words"

    campaign_id: Mapped[str] = mapped_column(
        sa.String(40), sa.ForeignKey("campaigns.id"), primary_key=True
    )
    # Titles and summaries alone: a part of a word is looked for here.
    headline: Mapped[str] = mapped_column(sa.Text)
    # Stories, the organisation and the place as well; PostgreSQL has an index of its stems.
    text: Mapped[str] = mapped_column(sa.Text)
