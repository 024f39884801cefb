/**
 * The public members of Spark's Scala classes (3.5), without what every Scala object has: each is mapped on
 * docs/scala-to-typescript.md, or listed there as left out with the reason. `RDD` has those of `PairRDDFunctions`,
 * `OrderedRDDFunctions`, `DoubleRDDFunctions`, `AsyncRDDActions` and `SequenceFileRDDFunctions`; `DStream` those of
 * `PairDStreamFunctions`; the contexts those of their companion objects.
 */
export const SCALA_API: Readonly<Record<string, string>> = {
  SparkConf: `
    set setAll setIfMissing remove get getOption getAll getAllWithPrefix contains getInt getLong getDouble
    getBoolean getTimeAsMs getTimeAsSeconds getSizeAsBytes getSizeAsKb getSizeAsMb getSizeAsGb clone
    toDebugString setMaster setAppName setJars setSparkHome setExecutorEnv getExecutorEnv registerKryoClasses
    registerAvroSchemas getAvroSchema getAppId`,
  SparkContext: `
    addArchive addFile addJar addJobTag addSparkListener appName
    applicationAttemptId applicationId archives binaryFiles binaryRecords broadcast cancelAllJobs cancelJob
    cancelJobGroup cancelJobGroupAndFutureJobs cancelJobsWithTag cancelStage clearCallSite clearJobGroup
    clearJobTags collectionAccumulator defaultMinPartitions defaultParallelism deployMode doubleAccumulator
    emptyRDD files getAllPools getCheckpointDir getConf getExecutorMemoryStatus getJobTags getLocalProperty
    getPersistentRDDs getPoolForName getRDDStorageInfo getSchedulingMode hadoopConfiguration hadoopFile
    hadoopRDD isLocal isStopped jars killExecutor killExecutors killTaskAttempt listArchives listFiles
    listJars longAccumulator makeRDD master newAPIHadoopFile newAPIHadoopRDD objectFile parallelize range
    register removeJobTag removeSparkListener requestExecutors requestTotalExecutors resources
    runApproximateJob runJob sequenceFile setCallSite setCheckpointDir setInterruptOnCancel setJobDescription
    setJobGroup setLocalProperty setLogLevel sparkUser startTime statusTracker stop submitJob textFile
    uiWebUrl union version wholeTextFiles getOrCreate jarOfClass jarOfObject`,
  SparkSession: `
    active addArtifact addArtifacts addTag baseRelationToDataFrame builder catalog clearActiveSession clearDefaultSession
    clearTags close conf createDataFrame createDataset emptyDataFrame emptyDataset executeCommand experimental
    getActiveSession getDefaultSession getTags implicits interruptAll interruptOperation interruptTag listenerManager
    newSession range read readStream removeTag sessionState setActiveSession setDefaultSession sharedState sparkContext
    sql sqlContext stop streams table time udf version withActive`,
  RDD: `
    aggregate barrier cache cartesian checkpoint cleanShuffleDependencies coalesce collect compute context
    count countApprox countApproxDistinct countByValue countByValueApprox dependencies distinct filter first
    flatMap fold foreach foreachPartition getCheckpointFile getNumPartitions getResourceProfile
    getStorageLevel glom groupBy id intersection isCheckpointed isEmpty iterator keyBy localCheckpoint map
    mapPartitions mapPartitionsWithEvaluator mapPartitionsWithIndex max min name partitioner partitions
    persist pipe preferredLocations randomSplit reduce repartition sample saveAsObjectFile saveAsTextFile
    setName sortBy sparkContext subtract take takeOrdered takeSample toDebugString toJavaRDD toLocalIterator
    top treeAggregate treeReduce union unpersist withResources zip zipPartitions zipPartitionsWithEvaluator
    zipWithIndex zipWithUniqueId collectAsync countAsync foreachAsync foreachPartitionAsync takeAsync mean
    meanApprox popStdev popVariance sampleStdev sampleVariance stats stdev sum sumApprox variance histogram
    aggregateByKey cogroup collectAsMap combineByKey combineByKeyWithClassTag countApproxDistinctByKey
    countByKey countByKeyApprox flatMapValues foldByKey fullOuterJoin groupByKey groupWith join keys
    leftOuterJoin lookup mapValues partitionBy reduceByKey reduceByKeyLocally rightOuterJoin sampleByKey
    sampleByKeyExact saveAsHadoopDataset saveAsHadoopFile saveAsNewAPIHadoopDataset saveAsNewAPIHadoopFile
    subtractByKey values filterByRange repartitionAndSortWithinPartitions sortByKey saveAsSequenceFile`,
  StreamingContext: `
    addStreamingListener awaitTermination awaitTerminationOrTimeout binaryRecordsStream checkpoint fileStream
    getState queueStream rawSocketStream receiverStream remember removeStreamingListener socketStream
    socketTextStream sparkContext start stop textFileStream transform union getActive getActiveOrCreate
    getOrCreate jarOfClass`,
  DStream: `
    cache checkpoint compute context count countByValue countByValueAndWindow countByWindow dependencies
    filter flatMap foreachRDD glom map mapPartitions persist print reduce reduceByWindow repartition
    saveAsObjectFiles saveAsTextFiles slice slideDuration transform transformWith union window cogroup
    combineByKey flatMapValues fullOuterJoin groupByKey groupByKeyAndWindow join leftOuterJoin mapValues
    mapWithState reduceByKey reduceByKeyAndWindow rightOuterJoin saveAsHadoopFiles saveAsNewAPIHadoopFiles
    updateStateByKey`,
};
