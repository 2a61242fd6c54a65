-- Each request of each run has an address of its own, so that no cached answer can be used.
local begun, n = os.time(), 0
local path = wrk.path .. (wrk.path:find("?", 1, true) and "&" or "?") .. "unique=" .. begun .. "-"

function request()
  n = n + 1
  return wrk.format(nil, path .. n)
end
