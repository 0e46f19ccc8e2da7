package route

import (
	"testing"

	"github.com/directdial/directdial/internal/bus/bustest"
)

func TestMain(m *testing.M) { bustest.Main(m) }
