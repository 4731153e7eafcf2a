"""Who may use the operator's account on the Hugging Face Hub.

Its private data sets are not those of every server that Tokki is invited to.
"""

from handlers.services import Services
from handlers.types import Place


def may_use_account(services: Services, place: Place) -> bool:
    """Tell whether what is asked here may be done in the name of the operator's account."""
    is_named = place.community in services.rules.hub_communities
    return services.data_sets.has_token and (place.is_private_property or is_named)
