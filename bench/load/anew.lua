-- Another address for each request of each run: what was kept of the last one does not help.
local begun, n = os.time(), 0
local path = wrk.path .. (wrk.path:find("?", 1, true) and "&" or "?") .. "anew=" .. begun .. "-"

function request()
  n = n + 1
  return wrk.format(nil, path .. n)
end
