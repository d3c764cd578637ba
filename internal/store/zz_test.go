package store_test
import ("testing";"time";"fmt";"context";"jiyao/internal/store";"jiyao/internal/store/storetest";"jiyao/internal/store/pgtest";"jiyao/internal/term")
func TestZZ(t *testing.T){
 for _,dsn:=range []string{storetest.SQLite(t), pgtest.DSN(t)} {
 db:=storetest.Open(t,dsn,storetest.With(tables),sealer)
 var cs []store.Change
 for i:=range 3000 { cs=append(cs,things.Insert(thing{ID:term.CopyID(fmt.Sprint("a",i))})) }
 put(t,db,cs...)
 err:=db.Write(context.Background(),"x",func(tx *store.Tx) error {
  var g,p,q,l time.Duration
  const n=3000
  for i:=range n {
   t0:=time.Now()
   old,err:=things.Get(tx,fmt.Sprint("a",i)); if err!=nil {return err}
   t1:=time.Now()
   next:=old; next.N++
   if _,err=store.Put(tx,[]store.Change{things.Update(old,next),things.Insert(thing{ID:term.CopyID(fmt.Sprint("k",i))})}); err!=nil {return err}
   t2:=time.Now()
   if i%2==1 { // flush and a trivial query
     var one int
     if err:=tx.QueryRow("SELECT 1").Scan(&one);err!=nil{return err}
     p+=time.Since(t2)
     t3:=time.Now()
     if err:=tx.QueryRow("SELECT 1").Scan(&one);err!=nil{return err}
     q+=time.Since(t3)
     g+=t1.Sub(t0)
   }
   l+=t2.Sub(t1)
  }
  fmt.Println(db.Engine(),"get",g/(n/2),"flush+1",p/(n/2),"select1",q/(n/2),"put",l/n)
  return nil
 })
 if err!=nil {t.Fatal(err)}
 }
}
