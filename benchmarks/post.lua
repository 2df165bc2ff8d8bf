-- wrk: POST one file again and again, and print the run's figures as one line of JSON.
-- wrk -t1 -s post.lua URL -- FILE CONTENT_TYPE [by_status]
--
-- wrk's own latencies do not tell refusals from predictions. With by_status, each request carries
-- the time of its sending as X-Request-ID, which the service repeats in its answer, so latencies
-- are kept by status. That costs wrk some processor time: ask for it only where refusals are due.

local ffi = require("ffi")
ffi.cdef [[
   typedef struct { long s; long ns; } timespec;
   int clock_gettime(int clock, timespec *time);
]]
local MONOTONIC = 1
local time = ffi.new("timespec")
local thread -- the only one

local function now_us()
   ffi.C.clock_gettime(MONOTONIC, time)
   return tonumber(time.s) * 1e6 + math.floor(tonumber(time.ns) / 1e3)
end

function setup(it)
   thread = it
end

function init(args)
   local file = assert(io.open(args[1], "rb"))
   wrk.method = "POST"
   wrk.body = file:read("*a")
   wrk.headers["Content-Type"] = args[2]
   file:close()
   if args[3] == "by_status" then
      request, response = request_with_time, keep_latency
   end
end

function request_with_time()
   return wrk.format(nil, nil, {["Content-Type"] = wrk.headers["Content-Type"],
      ["Host"] = wrk.headers["Host"], ["X-Request-ID"] = string.format("sent-%d", now_us())})
end

-- thread:get() crashes on tables (wrk 4.1), so each latency is a global of its own
function keep_latency(status, headers)
   local count = (_G["count_" .. status] or 0) + 1
   _G["count_" .. status] = count
   local sent_us = (headers["x-request-id"] or ""):match("^sent%-(%d+)$")
   if sent_us then
      _G["latency_" .. status .. "_" .. count] = now_us() - tonumber(sent_us)
   end
end

-- by nearest rank; NaN where there is nothing
local function percentile(sorted, percent)
   return sorted[math.max(1, math.ceil(percent / 100 * #sorted))] or "NaN"
end

local function answers(status)
   local count = thread:get("count_" .. status) or 0
   local sorted = {}
   for n = 1, count do
      table.insert(sorted, thread:get("latency_" .. status .. "_" .. n))
   end
   table.sort(sorted)
   return string.format('"%d": {"count": %d, "p50_us": %s, "p99_us": %s}',
      status, count, percentile(sorted, 50), percentile(sorted, 99))
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format('{"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, '
         .. '"errors": {"connect": %d, "read": %d, "write": %d, "timeout": %d, "status": %d}, '
         .. '"by_status": {%s}}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.connect, errors.read, errors.write, errors.timeout, errors.status,
      answers(200) .. ", " .. answers(503)))
end
