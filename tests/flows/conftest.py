"""One real Prefect server for all tests of the flows: it takes 10 to 20 s to start."""

import pytest

from tests.prefect_server import serving


@pytest.fixture(scope="session")
def desk_server(tmp_path_factory):
    """A real Prefect server on a free loopback port (`tests.prefect_server.Server`).

    It is shared: name runs by your own home or deployment, and delete the deployments that you make.
    """
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server
